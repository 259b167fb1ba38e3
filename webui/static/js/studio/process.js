// The panel of the process itself: its title and people, what it knows, its figures, its ends, who calls it.
import { html, nothing } from "lit-html";
import { gettext as _ } from "../i18n.js";
import { add, delay, field, group, icon, line, select, small, tick } from "./fields.js";
import * as ops from "./operations.js";
import { calendar, inputs, short, WALKERS, without } from "./parts.js";
import { askText } from "./dialogs.js";
import { fields } from "./forms.js";
import { named } from "./labels.js";
import { scale } from "./sheet.js";

export function processView(panel) {
  const { editor } = panel;
  const { document, given } = editor;
  const set = (keys, next, word = null) => editor.apply((held) => ops.put(held, keys, next), "", word);
  const callers = given.processes.filter((each) => each.calls.includes(given.key));
  return html`<h2 class="ed-panel-title">${icon(editor, "sitemap")}${_("Process")}</h2>
    ${short(panel, _("Title"), document.title, (next) => set(["title"], next ?? document.title, "title"))}
    ${field(_("Reason for contact"), select(given.reasons, document.reason, (next) => next && set(["reason"], next)))}
    ${group(_("Who walks it"), Object.entries(WALKERS).map(([walker, word]) => tick(word, document.audience.includes(walker), (on) => {
      const left = document.audience.filter((each) => each !== walker);
      const next = on ? [...left, walker] : left;
      if (next.length) set(["audience"], next);
      else panel.draw();
    })))}
    ${calendar(editor, document.calendar, (next) => set(["calendar"], next), _("the brand’s calendar"))}
    ${needs(panel, set)}${facts(panel, set)}${settings(panel, set)}${outcomes(panel, set)}
    ${document.in_doubt === undefined ? group(_("In doubt"), add(editor, _("Say once what happens when something is unknown or fails"), () => {
      const words = { fr: "Un conseiller vous répond.", en: "A person will answer you." };
      const text = Object.fromEntries(editor.languages().map((each) => [each, words[each] ?? words.en]));
      const step = { hand_over: Object.keys(given.teams)[0] ?? "customer_service", because: "in_doubt", within: "1 business day", text };
      editor.apply((held) => ops.adopt({ ...held, in_doubt: [step] }), _("Added"));
    })) : nothing}
    ${group(_("Called by"), callers.length ? html`<ul class="ed-list">${callers.map((each) => html`<li><a class="ed-link" href=${given.urls.process.replace("KEY", each.key)}>${each.title}</a></li>`)}</ul>` : html`<small>${_("No other process calls it.")}</small>`)}
    <form method="post" action=${given.urls.discard} @submit=${(event) => confirm(_("Throw this draft away?")) || event.preventDefault()}><input type="hidden" name="csrf_token" value=${editor.saving.token}><button class="ar-btn ar-btn-danger ar-btn-small">${_("Throw the draft away")}</button></form>`;
}

function needs(panel, set) {
  const held = panel.editor.document.needs ?? {};
  return group(_("Known from the start"), fields(panel, held, (next, word) => set(["needs"], next, word && `needs ${word}`), { ask: _("What has to be known first?"), example: _("For example: order number.") }));
}

function facts(panel, set) {
  const { editor } = panel;
  const held = editor.document.facts ?? {};
  const reads = editor.given.capabilities.filter(({ kind }) => kind === "read");
  const put = (next) => set(["facts"], Object.keys(next).length ? next : undefined);
  const more = async () => {
    const { askOne } = await import("./dialogs.js");
    const chosen = await askOne(_("Which live data?"), reads.map((each) => ({ value: each.name, label: each.label, hint: each.inputs.map(({ label }) => label).join(", "), text: `${each.label} ${each.name}`, icon: "database" })));
    if (!chosen) return;
    const known = reads.find(({ name }) => name === chosen);
    const name = ops.freeId(new Set([...Object.keys(held), ...ops.ids(editor.document)]), chosen.split(".").at(-1));
    const given = Object.fromEntries(known.inputs.filter(({ optional }) => !optional).map((each) => [each.name, guess(editor, each.name)]));
    put({ ...held, [name]: { from: chosen, ...(Object.keys(given).length ? { with: given } : {}), max_age: "10 minutes" } });
  };
  return group(_("Live data"), html`${Object.entries(held).map(([name, fact]) => {
    const known = reads.find((each) => each.name === fact.from);
    const change = (next) => put({ ...held, [name]: next });
    return html`<details class="ed-box"><summary><b>${known?.label ?? name}</b> <small>${name}</small></summary>
      ${inputs(panel, fact.with, known?.inputs ?? [], (next) => change(next ? { ...fact, with: next } : without(fact, "with")))}
      ${group(_("Read again when older than"), delay(editor, fact.max_age, (next) => change(next ? { ...fact, max_age: next } : without(fact, "max_age")), { label: _("Read again when older than"), none: _("as the service says") }))}
      ${fact.each ? html`<small>${_("one reading for each of")} ${editor.words.name(fact.each)}</small>` : nothing}
      <div class="ed-row">${small(editor, "x", _("Delete"), () => put(without(held, name)))}</div></details>`;
  })}${add(editor, _("Add live data"), more)}`, _("Read when a step first needs it."));
}

const guess = (editor, name) => ({ number: "order_number", order: "order.number", lines: "order.lines" })[name] ?? "order_number";

// A whole number stays a number: conditions compare with it.
const figure = (typed) => (/^-?\d+$/.test(typed.trim()) ? Number(typed) : typed.trim());

function settings(panel, set) {
  const { editor } = panel;
  const held = editor.document.settings ?? {};
  const put = (next) => set(["settings"], Object.keys(next).length ? next : undefined);
  const more = async () => {
    const name = named(await askText(_("Name of the figure"), "", _("For example: refund delay.")));
    if (name && !(name in held)) put({ ...held, [name]: { value: "14 days", source: "house" } });
  };
  const turn = ({ value: _value, rows: _rows, ...rest }, to) => (to === "rows" ? { rows: "case.reason | = value\nany | 1\n", ...rest } : { value: "14 days", ...rest });
  return group(_("Figures of the business"), html`${Object.entries(held).map(([name, spec]) => html`<details class="ed-box"><summary><b>${editor.words.pick(spec.label) || name.replaceAll("_", " ")}</b> <small>${spec.rows ? _("a table") : String(spec.value)}</small></summary>
    ${field(_("Holds"), select({ value: _("one figure"), rows: _("a table of figures") }, spec.rows ? "rows" : "value", (to) => to && to !== (spec.rows ? "rows" : "value") && put({ ...held, [name]: turn(spec, to) })))}
    ${spec.rows ? scale(panel, spec.rows, (rows, word) => set(["settings", name, "rows"], rows, word && `${name} ${word}`))
      : field(_("Value"), line(String(spec.value), (next) => next && put({ ...held, [name]: { ...spec, value: figure(next) } })), _("For example 14 days, 150 EUR or 3."))}
    ${field(_("Source"), line(spec.source ?? "house", (next) => put({ ...held, [name]: { ...spec, source: next ?? "house" } })))}
    ${field(_("Checked on"), line(spec.checked_on, (next) => put({ ...held, [name]: next ? { ...spec, checked_on: next } : without(spec, "checked_on") }), { type: "date" }))}
    <div class="ed-row">${small(editor, "x", _("Delete"), () => put(without(held, name)))}</div></details>`)}${add(editor, _("Add a figure"), more)}`, _("Limits and delays with their source; never typed into a step."));
}

function outcomes(panel, set) {
  const { editor } = panel;
  const held = editor.document.outcomes;
  const more = async () => {
    const name = named(await askText(_("Name of the outcome"), "", _("For example: refunded.")));
    if (name && !(name in held)) set(["outcomes"], { ...held, [name]: "solved" });
  };
  return group(_("Outcomes"), html`${Object.entries(held).map(([name, solved]) => html`<div class="ed-row ed-line"><span class="ed-grow">${name.replaceAll("_", " ")}</span>
    ${select({ solved: _("solved"), unsolved: _("not solved") }, solved, (next) => next && set(["outcomes"], { ...held, [name]: next }), { label: name })}${small(editor, "x", _("Delete"), () => set(["outcomes"], without(held, name)), Object.keys(held).length < 2)}</div>`)}${add(editor, _("Add an outcome"), more)}`);
}
