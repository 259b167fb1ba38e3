// Fields wanted from people: what is known from the start, and forms of several fields of questions and tasks.
import { html, nothing } from "lit-html";
import { gettext as _ } from "../i18n.js";
import { add, condition, field, group, line, select, small, tick, value } from "./fields.js";
import { ANSWERS, named } from "./labels.js";
import * as ops from "./operations.js";
import { without } from "./parts.js";
import { askText } from "./dialogs.js";

const CHOSEN = ["choice", "choices"];
const PICKED = ["item", "items"];
const OTHER = { fr: "Autre réponse", en: "Other answer" };
const inAll = (editor, word) => Object.fromEntries(editor.languages().map((each) => [each, typeof word === "string" ? word : (word[each] ?? "…")]));

// Fields by name, each in a box; `set` is given undefined when the last one goes, unless one is `kept`.
export function fields(panel, held, set, { ask, example, kept = false }) {
  const { editor } = panel;
  const put = (next, word) => set(Object.keys(next).length ? next : undefined, word);
  const more = async () => {
    const typed = await askText(ask, "", example);
    const name = named(typed);
    if (name && !(name in held)) put({ ...held, [name]: { kind: "text", label: inAll(editor, typed.trim()) } });
  };
  const swap = (place) => {
    const entries = Object.entries(held);
    [entries[place - 1], entries[place]] = [entries[place], entries[place - 1]];
    put(Object.fromEntries(entries));
  };
  return html`${Object.entries(held).map(([name, spec], place, all) => html`<div class="ed-box"><div class="ed-row"><b class="ed-grow">${editor.words.pick(spec.label) || name.replaceAll("_", " ")} <small>${name}</small></b>
    ${small(editor, "chevron-left", _("Earlier"), () => swap(place), place === 0)}${small(editor, "x", _("Delete"), () => put(without(held, name)), kept && all.length < 2)}</div>
    ${one(panel, name, spec, (next, word) => put({ ...held, [name]: next }, word && `${name} ${word}`))}</div>`)}${add(editor, _("Add a field"), more)}`;
}

function one(panel, name, spec, set) {
  const { editor } = panel;
  const key = (each, next, word) => set(next === undefined ? without(spec, each) : { ...spec, [each]: next }, word);
  return html`${field(_("Kind of answer"), select(ANSWERS, spec.kind, (kind) => kind && set(turned(editor, spec, kind))))}
    ${editor.languages().map((each) => html`<div class="ed-row"><span class="ed-lang">${each}</span>${line(spec.label?.[each], (word) => key("label", { ...spec.label, [each]: word ?? name }, `label ${each}`), { label: `${name} ${each}` })}</div>`)}
    ${CHOSEN.includes(spec.kind) ? answers(panel, spec.choices ?? [], (next, word) => key("choices", next, word)) : nothing}
    ${PICKED.includes(spec.kind) && spec.of ? listed(panel, spec.of, (next) => key("of", next)) : nothing}
    ${spec.kind === "yes_no" || spec.kind === "confirm" ? nothing : tick(_("May be left empty"), spec.optional, (next) => key("optional", next))}
    ${group(_("Only if"), condition(editor, spec.if, (next) => key("if", next), { label: "if", none: _("always asked") }))}`;
}

// Another kind of answer: what only the old kind had goes, what the new one needs is there.
function turned(editor, spec, kind) {
  const { choices, of, at_least: _least, at_most: _most, ...rest } = spec;
  if (CHOSEN.includes(kind)) return { ...rest, kind, choices: choices?.length ? choices : ["answer", "answer_2"].map((each) => ({ value: each, label: inAll(editor, OTHER) })) };
  if (PICKED.includes(kind)) return { ...rest, kind, of: of ?? { list: editor.known().lists[0] ?? "order.lines", show: [] } };
  if (kind === "yes_no" || kind === "confirm") delete rest.optional;
  return { ...rest, kind };
}

function answers(panel, choices, set) {
  const { editor } = panel;
  const put = (place, next, word) => set(choices.map((each, here) => (here === place ? next : each)), word);
  const more = () => set([...choices, { value: ops.freeId(new Set(choices.map((each) => each.value)), "answer"), label: inAll(editor, OTHER) }]);
  const again = async (place) => {
    const name = named(await askText(_("Name of the answer in conditions"), choices[place].value));
    if (name && !choices.some((each) => each.value === name)) put(place, { ...choices[place], value: name });
  };
  return group(_("Answers"), html`${choices.map((choice, place) => html`<div class="ed-row ed-line"><div class="ed-grow">${editor.languages().map((each) => html`<div class="ed-row"><span class="ed-lang">${each}</span>${line(choice.label[each], (word) => put(place, { ...choice, label: { ...choice.label, [each]: word ?? "…" } }, `choice ${place} ${each}`), { label: `${_("Answer")} ${place + 1} ${each}` })}</div>`)}</div>
    ${small(editor, "pencil", _("Rename “%(name)s”", { name: choice.value }), () => again(place))}${small(editor, "x", _("Delete this answer"), () => set(choices.filter((_each, here) => here !== place)), choices.length < 2)}</div>`)}${add(editor, _("Add an answer"), more)}`);
}

function listed(panel, of, set) {
  const { editor } = panel;
  return html`${field(_("List to choose from"), value(editor, of.list, (next) => set({ ...of, list: next ?? of.list }), { label: _("List to choose from") }))}
    ${field(_("Shown of each item"), line((of.show ?? []).join(", "), (next) => set({ ...of, show: (next ?? "").split(",").map((each) => each.trim()).filter(Boolean) })))}`;
}

// The form of a question or a task; a question has either a form or one kind of answer.
export function form(panel, step, path) {
  const { editor } = panel;
  const put = (next, word) => editor.apply((document) => ops.put(document, path, next), "", word && `${step[ops.UID]} form ${word}`);
  if (step.form) {
    const set = (next, word) => put(next ? { ...step, form: next } : without(step, "form"), word);
    return html`${group(_("Form"), fields(panel, step.form, set, { ask: _("What is asked?"), example: _("For example: account holder."), kept: Boolean(step.ask) }))}
      ${step.ask ? add(editor, _("Ask for one answer only"), () => put({ ...without(step, "form"), kind: "text" })) : nothing}`;
  }
  const begin = () => {
    const { kind: _kind, choices: _choices, none_of_these: _none, if_yes: _yes, if_no: _no, of: _of, if_none: _ifNone, default: _default, at_least: _least, at_most: _most, optional: _optional, ...rest } = step;
    put({ ...(step.ask ? rest : step), form: { answer: { kind: "text", label: inAll(editor, { fr: "Réponse", en: "Answer" }) } } });
  };
  return add(editor, step.ask ? _("Ask for several answers at once") : _("Ask for answers in a form"), begin);
}
