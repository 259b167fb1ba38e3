// A text with values in it: values are chips inserted by a picker, never code. `<ed-text>` has `.source` and tells
// `source` by an event of that name. What chips cannot show (conditions in a text) stays as a grey chip, untouched.

const CODE = /\{\{.*?\}\}|\{%.*?%\}/gs;
const FILTERS = { date: "date", datetime: "date", moment: "date", money: "money", number: "number", delay: "delay" };

class TextBox extends HTMLElement {
  #source = "";

  connectedCallback() {
    if (this.box) return;
    this.box = document.createElement("div");
    this.box.className = "ar-input ed-text-box";
    this.box.contentEditable = "plaintext-only";
    this.box.setAttribute("role", "textbox");
    this.box.setAttribute("aria-multiline", "true");
    this.append(this.box);
    this.box.addEventListener("input", () => this.#tell());
    this.box.addEventListener("keydown", (event) => event.key !== "Escape" && event.stopPropagation());
    this.#draw();
  }

  set names(names) {
    this.known = names;
  }

  set label(label) {
    this.connectedCallback();
    this.box.setAttribute("aria-label", label);
  }

  set language(language) {
    this.connectedCallback();
    this.box.lang = language;
    this.box.dir = /^(ar|he|fa|ur)/.test(language) ? "rtl" : "auto";
  }

  get source() {
    return this.#source;
  }

  set source(source) {
    if (source === this.#source) return;
    this.#source = source;
    if (this.box) this.#draw();
  }

  // Puts a value where the cursor is, else at the end.
  insert(path) {
    const filter = FILTERS[this.known.get(path)?.kind];
    const chip = this.#chip(`{{ ${path}${filter ? ` | ${filter}` : ""} }}`);
    const selection = getSelection();
    const range = selection.rangeCount && this.box.contains(selection.anchorNode) ? selection.getRangeAt(0) : null;
    if (range) {
      range.deleteContents();
      range.insertNode(chip);
    } else this.box.append(chip);
    chip.after(" ");
    this.box.focus();
    selection.collapse(chip.nextSibling, 1);
    this.#tell();
  }

  focus() {
    this.box.focus();
  }

  #draw() {
    const parts = [];
    let start = 0;
    for (const found of this.#source.matchAll(CODE)) {
      parts.push(this.#source.slice(start, found.index), this.#chip(found[0]));
      start = found.index + found[0].length;
    }
    this.box.replaceChildren(...parts.filter((part) => part !== ""), this.#source.slice(start));
  }

  #chip(code) {
    const chip = document.createElement("span");
    const path = /^\{\{\s*([\w.]+)/.exec(code)?.[1];
    chip.className = path ? "ed-value" : "ed-value ed-code";
    chip.contentEditable = "false";
    chip.dataset.code = code;
    chip.textContent = path ? this.known?.get(path)?.label ?? path : code;
    chip.title = code;
    return chip;
  }

  #tell() {
    this.#source = [...this.box.childNodes].map(readNode).join("");
    this.dispatchEvent(new Event("source", { bubbles: true }));
  }
}

function readNode(node) {
  if (node.nodeType === Node.TEXT_NODE) return node.data;
  if (node.dataset?.code) return node.dataset.code;
  return node.tagName === "BR" ? "\n" : node.textContent;
}

customElements.define("ed-text", TextBox);

// The text as a customer would read it, with samples for its values.
export function sampled(source, names, language) {
  return source.replace(/\{%.*?%\}/gs, "").replace(/\{\{\s*([\w.]+)\s*(?:\|\s*(\w+).*?)?\}\}/gs, (_whole, path, filter) => sampleOf(path, filter, names.get(path), language));
}

function sampleOf(path, filter, name, language) {
  const sample = name?.sample;
  const kind = filter ?? name?.kind ?? "text";
  if (kind === "money") return told(() => money(sample ?? "84.90 EUR", language), sample);
  if (kind === "date" || kind === "datetime" || kind === "moment") {
    return told(() => new Intl.DateTimeFormat(language, { dateStyle: "long" }).format(new Date(sample ?? "2026-03-04")), sample);
  }
  if (kind === "number") return String(sample ?? 3);
  if (name?.values && sample !== undefined) return name.values[sample] ?? String(sample);
  if (sample !== undefined) return String(sample);
  return name?.values ? Object.values(name.values)[0] : `‹${name?.label.split(" › ").at(-1) ?? path}›`;
}

const told = (format, sample) => {
  try {
    return format();
  } catch {
    return String(sample);
  }
};

function money(source, language) {
  const [, amount, currency] = /^([\d.]+)\s+([A-Z]{3})$/.exec(source);
  return new Intl.NumberFormat(language, { style: "currency", currency }).format(Number(amount));
}
