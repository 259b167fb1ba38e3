// The panel's parts that many kinds share: words by walker and channel, reminders, promises, answers, inputs, tables.
import { html, nothing } from "lit-html";
import { gettext as _, ngettext } from "../i18n.js";
import { add, condition, delay, field, group, icon, line, select, small, tick, value, words } from "./fields.js";
import { branchesOf } from "./kinds.js";
import * as ops from "./operations.js";
import { askText } from "./dialogs.js";

const WALKERS = { agent: _("adviser"), customer: _("customer"), robot: _("robot"), assistant: _("assistant") };
const CHANNELS = { phone: _("phone"), mail: _("mail"), chat: _("chat"), sms: "SMS", selfcare: _("selfcare") };
export { WALKERS };

export const without = (held, key) => Object.fromEntries(Object.entries(held).filter(([each]) => each !== key));
const tabs = (entries, chosen, choose, label) => html`<div class="ed-tabs" role="group" aria-label=${label}>${entries.map(([key, word, mark]) => html`<button type="button" aria-pressed=${key === chosen} @click=${() => choose(key)}>${word}${mark ? html`<span class="ed-dot-mark">${mark}</span>` : nothing}</button>`)}</div>`;

// The words of a step: for everyone, or for one walker, channel, or walker on a channel; in each language.
export function spoken(panel, step, set) {
  const { editor } = panel;
  const languages = editor.languages();
  const variants = Object.keys(step.texts ?? {});
  if (panel.variant && !variants.includes(panel.variant)) panel.variant = "";
  if (!languages.includes(panel.language)) panel.language = languages.includes(editor.given.language) ? editor.given.language : languages[0];
  const key = panel.variant ? ["texts", panel.variant] : ["text"];
  const texts = ops.at(step, key);
  const missing = (held) => languages.filter((each) => !held?.[each]).length;
  const choose = async () => {
    const both = Object.fromEntries([...Object.entries(WALKERS), ...Object.entries(CHANNELS), ...Object.keys(WALKERS).flatMap((walker) => Object.keys(CHANNELS).map((channel) => [`${walker}.${channel}`, `${WALKERS[walker]}, ${CHANNELS[channel]}`]))]);
    const { askOne } = await import("./dialogs.js");
    const chosen = await askOne(_("Other words for whom?"), Object.entries(both).filter(([each]) => !variants.includes(each)).map(([each, word]) => ({ value: each, label: word, text: word, icon: "users" })));
    if (!chosen) return;
    panel.variant = chosen;
    set(["texts"], { ...step.texts, [chosen]: { ...step.text } });
  };
  const told = (each) => each.split(".").map((part) => WALKERS[part] ?? CHANNELS[part] ?? part).join(", ");
  return group(_("Words"), html`
    <div class="ed-row">${tabs([["", _("everyone"), missing(step.text) || ""], ...variants.map((each) => [each, told(each), missing(step.texts[each]) || ""])], panel.variant, (each) => ((panel.variant = each), panel.draw()), _("For whom"))}${small(editor, "plus", _("Other words for a walker or channel"), choose)}${panel.variant ? small(editor, "x", _("Delete these words"), () => {
      const left = without(step.texts, panel.variant);
      panel.variant = "";
      set(["texts"], Object.keys(left).length ? left : undefined);
    }) : nothing}</div>
    ${languages.length > 1 ? tabs(languages.map((each) => [each, each.toUpperCase(), texts?.[each] ? "" : "!"]), panel.language, (each) => ((panel.language = each), panel.draw()), _("Language")) : nothing}
    ${words(editor, texts, (next, word) => set(key, next ?? {}, word), { label: _("Words"), language: panel.language, missing: texts?.[panel.language] ? "" : _("missing in this language") })}`);
}

// Short words in every language, one line each.
export function short(panel, label, texts, set) {
  return group(label, panel.editor.languages().map((each) => html`<div class="ed-row"><span class="ed-lang">${each}</span>${words(panel.editor, texts, (next) => set(next), { label: `${label} ${each}`, language: each, lines: false })}</div>`));
}

/* The calendar that delays are counted on; nothing to choose where the house has one. */
export function calendar(editor, held, set, own) {
  const { calendars } = editor.given;
  return held !== undefined || Object.keys(calendars).length > 1 ? field(_("Counted on the calendar"), select(calendars, held, (next) => set(next || undefined), { none: own })) : nothing;
}

export function reminders(panel, list, set) {
  const { editor } = panel;
  const change = (place, next) => {
    const left = next ? list.map((each, here) => (here === place ? next : each)) : list.filter((_each, here) => here !== place);
    set(left.length ? left : undefined);
  };
  list ??= [];
  return group(_("Reminders"), html`${list.map((each, place) => html`<div class="ed-box"><div class="ed-row">
    ${select({ after: _("after"), before: _("before the end") }, each.after !== undefined ? "after" : "before", (key) => change(place, { ...without(without(each, "after"), "before"), [key]: each.after ?? each.before }), { label: _("When") })}${small(editor, "x", _("Delete"), () => change(place, null))}</div>
    ${delay(editor, each.after ?? each.before, (next) => change(place, { ...each, [each.after !== undefined ? "after" : "before"]: next ?? "1 day" }), { label: _("Delay"), none: "–" })}
    ${field(_("To"), select({ customer: _("customer"), ...editor.given.teams }, each.to, (to) => change(place, to ? { ...each, to } : without(each, "to")), { none: _("whoever is waited for") }))}</div>`)}
    ${add(editor, _("Add a reminder"), () => set([...list, { after: "1 day" }]))}`);
}

export function promise(panel, held, set) {
  const { editor } = panel;
  if (!held) return group(_("Promise"), add(editor, _("Promise a date to the customer"), () => set({ by: "now + 48 hours", keep: "case.last_message_at is known" })));
  const put = (key, next) => set(next === undefined ? without(held, key) : { ...held, [key]: next });
  return group(_("Promise"), html`<div class="ed-box">
    ${field(_("Kept by"), value(editor, held.by, (next) => put("by", next ?? "now + 48 hours"), { label: _("Kept by") }))}
    ${group(_("Kept when"), condition(editor, held.keep, (next) => put("keep", next ?? "true"), { label: _("Kept when") }))}
    ${reminders(panel, held.remind, (next) => put("remind", next))}
    ${short(panel, _("Words when it is broken"), held.if_broken, (next) => put("if_broken", next))}
    <button type="button" class="ed-add" @click=${() => set(undefined)}>${icon(editor, "x")}${_("No promise")}</button></div>`);
}

// ---- answers and branches

export function choices(panel, step, path) {
  const { editor } = panel;
  const put = (next, word) => editor.apply((document) => ops.change(document, path, ["choices"], next), "", word);
  const free = () => ops.freeId(new Set(step.choices.map((each) => each.value)), "answer");
  return group(_("Answers"), html`${step.choices.map((choice, place) => html`<div class="ed-box">
    ${editor.languages().map((each) => html`<div class="ed-row"><span class="ed-lang">${each}</span><input class="ar-input" aria-label=${`${_("Answer")} ${place + 1} ${each}`} lang=${each} .value=${choice.label[each] ?? ""} @input=${(event) => put(step.choices.map((other, here) => (here === place ? { ...other, label: { ...other.label, [each]: event.target.value || "…" } } : other)), `choice ${place} ${each}`)}></div>`)}
    <div class="ed-row"><small class="ed-grow">${choice.if ? editor.words.condition(choice.if) : _("always offered")}</small>
      ${small(editor, "adjustments", _("Offer only if…"), () => put(step.choices.map((other, here) => (here !== place ? other : other.if ? without(other, "if") : { ...other, if: "true" }))))}
      ${small(editor, "chevron-left", _("Earlier"), () => editor.apply((document) => ops.moveBranch(document, path, ["choices", place, "steps"], -1)), place === 0)}
      ${small(editor, "chevron-right", _("Later"), () => editor.apply((document) => ops.moveBranch(document, path, ["choices", place, "steps"], 1)), place === step.choices.length - 1)}
      ${small(editor, "x", _("Delete this answer"), () => editor.apply((document) => ops.removeBranch(document, path, ["choices", place, "steps"])), step.choices.length < 2)}</div>
    ${choice.if ? condition(editor, choice.if, (next) => put(step.choices.map((other, here) => (here !== place ? other : next ? { ...other, if: next } : without(other, "if")))), { label: _("Offer only if…"), none: _("always offered") }) : nothing}</div>`)}
    ${add(editor, _("Add an answer"), () => editor.apply((document) => ops.addBranch(document, path, "choices", { value: free(), label: Object.fromEntries(editor.languages().map((each) => [each, { fr: "Autre réponse", en: "Other answer" }[each] ?? "…"])) }), _("Answer added")))}`);
}

export function cases(panel, step, path) {
  const { editor } = panel;
  const set = (place) => (next) => editor.apply((document) => ops.change(document, path, ["cases", place, "when"], next ?? "true"));
  return group(_("Cases, the first that holds wins"), html`${step.cases.map((each, place) => html`<div class="ed-box"><div class="ed-row"><b class="ed-grow">${place + 1}</b>
    ${small(editor, "chevron-left", _("Earlier"), () => editor.apply((document) => ops.moveBranch(document, path, ["cases", place, "steps"], -1)), place === 0)}
    ${small(editor, "chevron-right", _("Later"), () => editor.apply((document) => ops.moveBranch(document, path, ["cases", place, "steps"], 1)), place === step.cases.length - 1)}
    ${small(editor, "x", _("Delete this case"), () => editor.apply((document) => ops.removeBranch(document, path, ["cases", place, "steps"])), step.cases.length < 2)}</div>
    ${condition(editor, each.when, set(place), { label: `${_("Case")} ${place + 1}` })}</div>`)}
    ${add(editor, _("Add a case"), () => editor.apply((document) => ops.addBranch(document, path, "cases", { id: "case", when: "true", steps: "go_on" }), _("Case added")))}`);
}

// Values of a closed list with their branches; a branch may serve several values.
export function values(panel, step, path, closed) {
  const { editor } = panel;
  const used = new Set(Object.keys(step.is ?? {}).flatMap((each) => each.split(",").map((part) => part.trim())));
  const left = Object.entries(closed ?? {}).filter(([each]) => !used.has(each));
  const rename = async (old) => {
    const now = await askText(_("Values of this branch"), old, closed ? Object.entries(closed).map(([each, word]) => `${each} (${word})`).join(" · ") : _("Several values: a comma between them."));
    if (now) editor.apply((document) => ops.renameValue(document, path, old, now));
  };
  const other = async () => {
    const now = await askText(_("Which value?"), "");
    if (now?.trim()) editor.apply((document) => ops.addBranch(document, path, "is", now.trim()), _("Branch added"));
  };
  return group(_("One branch a value"), html`${Object.keys(step.is ?? {}).map((each) => html`<div class="ed-row ed-line"><span class="ed-grow">${editor.words.cells(each, step.on)}</span>
    ${small(editor, "pencil", _("Change the values"), () => rename(each))}${small(editor, "x", _("Delete this branch"), () => editor.apply((document) => ops.removeBranch(document, path, ["is", each])), Object.keys(step.is).length < 2)}</div>`)}
    ${left.length ? html`<div class="ed-row">${select(Object.fromEntries(left), undefined, (each) => each && editor.apply((document) => ops.addBranch(document, path, "is", each), _("Branch added")), { none: _("Add a value…"), label: _("Add a value…") })}</div>` : add(editor, _("Add a value"), other)}`);
}

export function extraBranches(panel, step, path, keys) {
  const { editor } = panel;
  const present = new Set(branchesOf(step).map(({ id }) => id));
  const left = keys.filter((key) => !present.has(key));
  if (!left.length) return nothing;
  return group(_("More branches"), html`<div class="ed-row ed-wrap">${left.map((key) => add(editor, editor.branchWord(key), () => editor.apply((document) => ops.addBranch(document, path, key), _("Branch added"))))}</div>`);
}

// ---- inputs of actions, facts and sub-processes

export function inputs(panel, held, wanted, set) {
  const { editor } = panel;
  const all = [...wanted, ...Object.keys(held ?? {}).filter((name) => !wanted.some((each) => each.name === name)).map((name) => ({ name, label: name.replaceAll("_", " ") }))];
  if (!all.length) return nothing;
  const put = (name, next) => {
    const left = next === undefined ? without(held ?? {}, name) : { ...held, [name]: next };
    set(Object.keys(left).length ? left : undefined);
  };
  return group(_("With"), all.map((each) => html`<div class="ed-field"><span class="ed-name">${each.label}${each.optional ? html` <small>${_("optional")}</small>` : nothing}</span>${value(editor, held?.[each.name], (next) => put(each.name, next), { label: each.label })}</div>`));
}

export function approval(panel, held, set) {
  const { editor } = panel;
  if (!held) return group(_("Second person"), add(editor, _("Ask a second person"), () => set({ when: "true", who: "supervisor", within: "1 business day" })));
  return group(_("Second person"), html`<div class="ed-box">
    ${group(_("When"), condition(editor, held.when, (next) => set({ ...held, when: next ?? "true" }), { label: _("When") }))}
    ${field(_("Who"), select({ supervisor: _("supervisor"), ...editor.given.teams }, held.who, (who) => who && set({ ...held, who })))}
    ${group(_("Within"), delay(editor, held.within, (next) => set(next ? { ...held, within: next } : without(held, "within")), { label: _("Within") }))}
    <button type="button" class="ed-add" @click=${() => set(undefined)}>${icon(editor, "x")}${_("Nobody else is asked")}</button></div>`);
}

export { tick, line };
