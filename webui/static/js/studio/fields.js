// The controls of the property panel. Each shows one key of a step and sets it; nobody types code, though every
// condition and value can be looked at, and written, as text.
import { html, nothing } from "lit-html";
import { gettext as _ } from "../i18n.js";
import { ALONE, listed, OPERATORS, quoted, read, unquoted, write } from "./conditions.js";
import { delayWords, operatorWord, readDelay, UNIT_WORDS, writeDelay } from "./labels.js";
import { askOne } from "./dialogs.js";
import { sampled } from "./textbox.js";

export const field = (label, control, hint = "") => html`<label class="ed-field"><span class="ed-name">${label}</span>${control}${hint ? html`<small>${hint}</small>` : nothing}</label>`;
export const group = (label, content, hint = "") => html`<fieldset class="ed-field"><legend class="ed-name">${label}</legend>${hint ? html`<small>${hint}</small>` : nothing}${content}</fieldset>`;

export function icon(editor, name) {
  return html`<svg class="ar-icon" aria-hidden="true"><use href="${editor.tree.icons}#${name}"></use></svg>`;
}

export const small = (editor, symbol, word, act, off = false) => html`<button type="button" class="ed-small" title=${word} aria-label=${word} ?disabled=${off} @click=${act}>${icon(editor, symbol)}</button>`;
export const add = (editor, word, act) => html`<button type="button" class="ed-add" @click=${act}>${icon(editor, "plus")}${word}</button>`;

export function select(options, value, set, { none = "", label = "" } = {}) {
  const entries = Object.entries(options);
  const known = value === undefined || value in options;
  return html`<select class="ar-input" aria-label=${label || nothing} @change=${(event) => set(event.target.value || undefined)}>
    ${none || value === undefined ? html`<option value="" ?selected=${value === undefined}>${none || "–"}</option>` : nothing}
    ${known ? nothing : html`<option value=${value} selected>${value}</option>`}
    ${entries.map(([each, word]) => html`<option value=${each} ?selected=${each === value}>${word}</option>`)}</select>`;
}

export const line = (value, set, more = {}) => html`<input class="ar-input" .value=${value ?? ""} placeholder=${more.placeholder ?? nothing} aria-label=${more.label ?? nothing} type=${more.type ?? "text"} min=${more.min ?? nothing} max=${more.max ?? nothing} @change=${(event) => set(event.target.value || undefined)}>`;

export const tick = (word, value, set) => html`<label class="ar-tick"><input type="checkbox" .checked=${Boolean(value)} @change=${(event) => set(event.target.checked || undefined)}>${word}</label>`;

// ---- words by language

export function words(editor, texts, set, { label, language, lines = true, missing } = {}) {
  const known = texts?.[language] ?? "";
  const change = (event) => {
    const source = event.target.source ?? event.target.value;
    const next = { ...texts, [language]: source };
    if (!source.trim()) delete next[language];
    set(Object.keys(next).length ? next : undefined, `words ${label} ${language}`);
  };
  const insert = async (event) => {
    const box = event.currentTarget.parentElement.parentElement.querySelector("ed-text");
    const path = await pickName(editor, _("Insert a value"));
    if (path) box.insert(path);
  };
  const hasValues = /\{[{%]/.test(known);
  if (!lines) return html`<input class="ar-input" aria-label=${label} lang=${language} .value=${known} @input=${change}>`;
  return html`<div class="ed-words"><ed-text .names=${editor.words.names} .label=${label} .language=${language} .source=${known} @source=${change}></ed-text>
    <div class="ed-row"><button type="button" class="ed-add" @click=${insert}>${icon(editor, "plus")}${_("Insert a value")}</button>${missing ? html`<span class="ed-chip ed-chip-warn">${missing}</span>` : nothing}</div>
    ${hasValues ? html`<p class="ed-sample" lang=${language}><b>${_("For example")}</b> ${sampled(known, editor.words.names, language)}</p>` : nothing}</div>`;
}

// ---- names

const GROUPS = { fact: _("live data"), answer: _("answers and results"), need: _("known from the start"), setting: _("figures of the business"), always: _("always there") };

export function pickName(editor, title, fits = () => true) {
  const entries = [...editor.words.names.values()].filter((each) => each.kind !== "record" && fits(each)).map((each) => ({
    value: each.path, label: each.label, text: `${each.label} ${each.path}`, icon: SYMBOL[each.group],
    hint: [GROUPS[each.group], each.sample === undefined ? "" : `${_("for example")} ${each.values?.[each.sample] ?? each.sample}`, each.internal ? _("never shown to customers") : ""].filter(Boolean).join(" · "),
  }));
  return askOne(title, entries);
}
const SYMBOL = { fact: "database", answer: "message-circle", need: "user", setting: "adjustments", always: "clock" };

const nameButton = (editor, path, set, word) => html`<button type="button" class="ed-name-button" @click=${async () => {
  const chosen = await pickName(editor, word);
  if (chosen) set(chosen);
}}>${path ? editor.words.field(path) : word}${icon(editor, "chevron-down")}</button>`;

// A value: a name by the picker, or a text, a number, an amount in words of the language of conditions.
export function value(editor, source, set, { label, none = "" } = {}) {
  const named = source && editor.words.names.has(source);
  return html`<div class="ed-row">${named || !source ? nameButton(editor, source, set, none || _("Choose a value")) : line(source, set, { label })}
    ${source ? small(editor, "x", _("Clear"), () => set(undefined)) : nothing}
    ${named || !source ? small(editor, "pencil", _("Write a calculation"), () => set(source || "0")) : small(editor, "search", _("Choose a value"), async () => {
      const path = await pickName(editor, _("Choose a value"));
      if (path) set(path);
    })}</div>`;
}

// ---- delays

export function delay(editor, source, set, { label, none = _("no limit") } = {}) {
  const settings = [...editor.words.names.values()].filter(({ path, kind }) => path.startsWith("setting.") && kind === "delay");
  const known = readDelay(source);
  const isSetting = source?.startsWith("setting.");
  const units = Object.fromEntries(Object.entries(UNIT_WORDS).map(([unit, [, many]]) => [unit, many]));
  const mode = source === undefined ? "" : isSetting ? source : "own";
  const choose = (chosen) => set(chosen === "own" ? "1 business day" : chosen);
  return html`<div class="ed-row">${select({ own: _("a delay"), ...Object.fromEntries(settings.map(({ path, label: word }) => [path, word])) }, mode || undefined, choose, { none, label })}
    ${mode === "own" ? known ? html`<input class="ar-input ed-number" type="number" min="1" max="999" aria-label=${_("How many")} .value=${String(known.amount)} @change=${(event) => set(writeDelay({ ...known, amount: Math.max(1, Number(event.target.value) || 1) }))}>
      ${select(units, known.unit, (unit) => set(writeDelay({ ...known, unit })), { label: _("Unit") })}` : line(source, set, { label }) : nothing}</div>`;
}

// ---- conditions

export function condition(editor, source, set, { label, none = "" } = {}) {
  const rows = source && source !== "true" ? read(source) : null;
  if (source === undefined || source === "true") {
    return html`<div class="ed-cond"><span class="ed-always">${source ? _("always") : none || _("always")}</span>${add(editor, _("Add a condition"), async () => {
      const path = await pickName(editor, _("Which field?"));
      if (path) set(write({ join: "and", rows: [firstRow(editor, path)] }));
    })}</div>`;
  }
  const clear = () => set(none || label === "if" ? undefined : "true");
  if (!rows) {
    return html`<div class="ed-cond"><textarea class="ar-input ed-raw" aria-label=${label} .value=${source} @change=${(event) => set(event.target.value.trim() || undefined)}></textarea><div class="ed-row"><small>${_("This condition is kept as text: rows cannot show it.")}</small>${small(editor, "x", _("Clear"), clear)}</div></div>`;
  }
  return html`<div class="ed-cond">${conditionRows(editor, rows, (next) => (next.rows.length ? set(write(next)) : clear()), 0)}<p class="ed-sample">${editor.words.condition(source)}</p></div>`;
}

function firstRow(editor, path) {
  const name = editor.words.names.get(path);
  if (name?.kind === "yes_no") return { field: path, operator: "yes", value: "" };
  const first = name?.values ? quoted(Object.keys(name.values)[0]) : { number: "1", money: "100 EUR", date: "today", moment: "now", delay: "1 day" }[name?.kind];
  return first ? { field: path, operator: "=", value: first } : { field: path, operator: "is known", value: "" };
}

function conditionRows(editor, { join, rows }, set, depth) {
  const change = (place, row) => set({ join, rows: row ? rows.map((each, here) => (here === place ? row : each)) : rows.filter((_each, here) => here !== place) });
  const another = async () => {
    const path = await pickName(editor, _("Which field?"));
    if (path) set({ join, rows: [...rows, firstRow(editor, path)] });
  };
  return html`<div class="ed-rows">${rows.map((row, place) => html`<div class="ed-cond-row">
    ${place ? html`<button type="button" class="ed-join" title=${_("Switch between and / or")} @click=${() => set({ join: join === "and" ? "or" : "and", rows })}>${join === "and" ? _("and") : _("or")}</button>` : nothing}
    ${row.rows ? html`<div class="ed-nest">${conditionRows(editor, row, (next) => change(place, next.rows.length > 1 ? next : next.rows[0]), depth + 1)}</div>` : conditionRow(editor, row, (next) => change(place, next))}
    </div>`)}<div class="ed-row">${add(editor, _("Add a condition"), another)}${depth === 0 && rows.length > 1 && !rows.at(-1).rows ? add(editor, _("Group"), () => set({ join, rows: [...rows.slice(0, -2), { join: join === "and" ? "or" : "and", rows: rows.slice(-2) }] })) : nothing}</div></div>`;
}

function conditionRow(editor, row, set) {
  const name = editor.words.names.get(row.field);
  const kind = row.field.startsWith("since(") ? "delay" : row.field.startsWith("count(") ? "number" : name?.kind;
  const operators = Object.fromEntries(OPERATORS.filter((each) => fits(each, kind, name)).concat(row.operator).map((each) => [each, operatorWord(each, kind)]));
  const choose = (operator) => {
    const many = operator === "in" || operator === "not in";
    const texts = listed(row.value);
    let next = row.value || firstRow(editor, row.field).value || "0";
    if (many && texts === null) next = `[${next}]`;
    if (!many && texts !== null) next = quoted(texts[0] ?? "");
    set({ ...row, operator, value: ALONE.has(operator) ? "" : next });
  };
  return html`<div class="ed-condition">${nameButton(editor, row.field, (path) => set(firstRow(editor, path)), _("Which field?"))}
    ${select(operators, row.operator, choose, { label: _("How") })}
    ${ALONE.has(row.operator) ? nothing : operand(editor, row, name, kind, set)}
    ${small(editor, "x", _("Delete this condition"), () => set(null))}</div>`;
}

function fits(operator, kind, name) {
  if (/[<>]/.test(operator)) return /^(number|money|date|moment|delay|any)$/.test(kind ?? "any");
  if (operator === "yes" || operator === "no") return kind === "yes_no";
  if (operator === "in" || operator === "not in") return Boolean(name?.values) || kind === "text";
  return true;
}

function operand(editor, row, name, kind, set) {
  const put = (source) => set({ ...row, value: source || row.value });
  const texts = listed(row.value);
  if (texts !== null && name?.values) {
    const turn = (each, on) => put(`[${(on ? [...texts, each] : texts.filter((text) => text !== each)).map(quoted).join(", ")}]`);
    return html`<div class="ed-ticks">${Object.entries(name.values).map(([each, word]) => html`<label class="ar-tick"><input type="checkbox" .checked=${texts.includes(each)} @change=${(event) => turn(each, event.target.checked)}>${word}</label>`)}</div>`;
  }
  if (texts !== null) return line(texts.join(", "), (typed) => put(`[${(typed ?? "").split(",").map((each) => quoted(each.trim())).join(", ")}]`), { label: _("Values") });
  const text = unquoted(row.value);
  if (name?.values && (text !== null || kind === "choice")) return select(name.values, text ?? undefined, (each) => each && put(quoted(each)), { label: _("Value") });
  if (text !== null) return line(text, (typed) => put(quoted(typed ?? "")), { label: _("Value") });
  if (kind === "delay") return delay(editor, row.value, put, { label: _("Value"), none: "–" });
  return value(editor, row.value, put, { label: _("Value") });
}

export { delayWords };
