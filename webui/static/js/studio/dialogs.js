// Questions the editor asks: which kind, which place, which one of many. Rare ones are in `inspecting.js`.
import { html, nothing, render } from "lit-html";
import { gettext as _ } from "../i18n.js";
import { branchesOf, KINDS } from "./kinds.js";
import { KIND } from "./labels.js";
import * as ops from "./operations.js";

const IN_DOUBT = ["say", "note", "task", "send", "hand_over", "close"];
const GROUPS = [
  [_("Talk"), ["say", "ask", "send", "note"]],
  [_("Decide"), ["decide", "table", "set"]],
  [_("Do"), ["act", "task", "start", "cancel"]],
  [_("Follow up"), ["wait", "repeat", "for_each"]],
  [_("Lead on"), ["call", "go_to", "hand_over", "close"]],
];
const sheet = () => document.querySelector("#ed-canvas").dataset.icons;
export const icon = (name) => html`<svg class="ar-icon" aria-hidden="true"><use href="${sheet()}#${name}"></use></svg>`;

// Opens a dialog that `draw` fills; it is given `done(answer)`. Closing it answers null.
export function ask(title, draw, { wide = false } = {}) {
  return new Promise((resolve) => {
    const dialog = document.createElement("dialog");
    dialog.className = `ar-dialog ed-dialog ${wide ? "ed-wide" : ""}`;
    dialog.setAttribute("aria-label", title);
    document.body.append(dialog);
    let answer = null;
    const done = (given) => {
      answer = given;
      dialog.close();
    };
    const show = () => render(html`<header class="ed-dialog-head"><h2>${title}</h2><button type="button" class="ed-tool" title=${_("Close")} @click=${() => done(null)}>${icon("x")}<span class="ar-sr">${_("Close")}</span></button></header>${draw(done, show)}`, dialog);
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(answer);
    });
    dialog.addEventListener("click", (event) => event.target === dialog && done(null));
    show();
    dialog.showModal();
    dialog.querySelector("[autofocus]")?.focus();
  });
}

// A list that narrows as one types; arrows walk, Enter takes.
function narrowing(entries, done, show, state, placeholder) {
  const needle = state.wanted?.toLocaleLowerCase() ?? "";
  const left = entries.filter(({ text }) => text.toLocaleLowerCase().includes(needle)).slice(0, 200);
  const walk = (event) => {
    const all = [...event.currentTarget.closest("dialog").querySelectorAll(".ed-option")];
    const place = all.indexOf(document.activeElement);
    if (event.key === "ArrowDown") all[Math.min(place + 1, all.length - 1)]?.focus(), event.preventDefault();
    if (event.key === "ArrowUp" && place >= 0) (all[place - 1] ?? event.currentTarget.querySelector("input")).focus(), event.preventDefault();
    if (event.key === "Enter" && place < 0 && all.length) all[0].click(), event.preventDefault();
  };
  return html`<div @keydown=${walk}>
    <input class="ar-input" type="search" autofocus aria-label=${placeholder} placeholder=${placeholder} @input=${(event) => ((state.wanted = event.target.value), show())}>
    <div class="ed-options">${left.map((entry) => html`<button type="button" class="ed-option ed-k-${entry.kind ?? ""}" @click=${() => done(entry.value)}>${entry.icon ? icon(entry.icon) : nothing}<span><strong>${entry.label}</strong>${entry.hint ? html`<small>${entry.hint}</small>` : nothing}</span></button>`)}
    ${left.length ? nothing : html`<p class="ar-hint">${_("Nothing found.")}</p>`}</div></div>`;
}

export function askKind(inDoubt = false) {
  const state = {};
  const allowed = inDoubt ? IN_DOUBT : KINDS;
  return ask(_("Insert a step"), (done, show) => {
    if (state.wanted) {
      const entries = allowed.map((kind) => ({ value: kind, kind, icon: KIND[kind][0], label: KIND[kind][1], hint: KIND[kind][2], text: `${KIND[kind][1]} ${KIND[kind][2]}` }));
      return narrowing(entries, done, show, state, _("Which kind of step?"));
    }
    return html`<div class="ed-kinds"><input class="ar-input" type="search" autofocus aria-label=${_("Which kind of step?")} placeholder=${_("Which kind of step?")} @input=${(event) => {
      state.wanted = event.target.value;
      show();
      const box = document.querySelector(".ed-dialog input");
      box.value = state.wanted;
      box.focus();
    }}>${GROUPS.map(([word, kinds]) => {
      const here = kinds.filter((kind) => allowed.includes(kind));
      return here.length ? html`<section><h3>${word}</h3><div class="ed-tiles">${here.map((kind) => html`<button type="button" class="ed-tile ed-k-${kind}" data-kind=${kind} @click=${() => done(kind)}><span class="ed-tile-icon">${icon(KIND[kind][0])}</span><strong>${KIND[kind][1]}</strong><small>${KIND[kind][2]}</small></button>`)}</div></section>` : nothing;
    })}</div>`;
  }, { wide: true });
}

export function askPlace(editor, found) {
  const state = {};
  const entries = [];
  const give = (label, hint, value, kind, symbol) => entries.push({ label, hint, value, kind, icon: symbol, text: `${label} ${hint}` });
  editor.document.sections.forEach((section, place) => {
    give(`${_("at the beginning of")} ${editor.words.pick(section.title) || section.section}`, "", { list: ["sections", place, "steps"], index: 0 }, "", "list-numbers");
    walk(["sections", place, "steps"]);
  });
  if (editor.document.in_doubt !== undefined) walk(["in_doubt"]);
  function walk(list) {
    for (const { step, path } of ops.visit(editor.document, list)) {
      if (ops.contains(found.path, path)) continue;
      give(`${_("after")} ${editor.words.shown(step)}`, editor.where(path), { list: ops.listOf(path), index: ops.indexOf(path) + 1 }, "", KIND[Object.keys(KIND).find((kind) => kind in step)][0]);
      for (const branch of branchesOf(step)) {
        give(`${_("into")} ${editor.words.branch(step, branch)}`, editor.words.shown(step), { list: [...path, ...branch.slot], index: 0 }, "", "git-branch");
      }
    }
  }
  return ask(_("Move “%(title)s” to…", { title: editor.words.shown(found.step) }), (done, show) => narrowing(entries, done, show, state, _("Where?")));
}

export function askText(title, value, hint = "") {
  const state = { value };
  return ask(title, (done) => html`<form @submit=${(event) => (event.preventDefault(), done(state.value))}>
    ${hint ? html`<p class="ar-hint">${hint}</p>` : nothing}
    <input class="ar-input" autofocus aria-label=${title} .value=${value} @input=${(event) => (state.value = event.target.value)}>
    <div class="ar-actions"><button class="ar-btn ar-btn-primary">${_("Take over")}</button></div></form>`);
}

export function askOne(title, entries) {
  const state = {};
  return ask(title, (done, show) => narrowing(entries, done, show, state, _("Search")));
}
