// Trying the draft out beside the tree: who walks, on which data; then one move at a time. Nothing is done for real.
import { html, nothing } from "lit-html";
import { gettext as _ } from "../i18n.js";
import { add, field, icon, select } from "./fields.js";
import { KIND } from "./labels.js";
import * as ops from "./operations.js";
import { WALKERS } from "./parts.js";
import { askText } from "./dialogs.js";

export class TryOut {
  constructor(editor, panel) {
    this.editor = editor;
    this.panel = panel;
    this.walker = "agent";
    this.data = "";
    this.order = "";
    this.moves = [];
  }

  async begin() {
    this.moves = [];
    this.at = undefined;
    this.facts = this.data.startsWith("scenario:") ? this.#scenario()?.facts ?? {} : {};
    const held = this.#scenario();
    this.answers = held ? Object.fromEntries(Object.entries(held.answers ?? {}).filter(([name]) => name in (this.editor.document.needs ?? {}))) : {};
    if (held) this.at = held.at;
    await this.#look();
  }

  // One move, or one back.
  async move(move) {
    this.moves = [...this.moves, move];
    if (!(await this.#look())) this.moves = this.moves.slice(0, -1), this.panel.draw();
  }

  async back() {
    this.moves = this.moves.slice(0, -1);
    await this.#look();
  }

  async #look() {
    const { saving, given, document } = this.editor;
    const body = { document, walker: this.walker, moves: this.moves, facts: this.facts, answers: this.answers, at: this.at };
    if (this.data === "order") body.order = this.order;
    const answer = await saving.post(given.urls.try, JSON.stringify(body)).catch(() => null);
    const told = answer ? await answer.json().catch(() => ({})) : {};
    if (!answer?.ok || told.problem) {
      this.problem = told.problem || told.detail || _("The connection failed. Nothing was lost: please try again.");
      if (answer?.ok && !this.told) this.told = told;
      this.panel.draw();
      return false;
    }
    this.problem = "";
    this.told = told;
    this.at = told.at;
    this.facts = told.facts;
    this.answers = told.answers;
    this.editor.touchVisits(told.visited);
    const last = [...told.visited].reverse().find((id) => ops.pathOfId(this.editor.document, id));
    if (last) this.#show(told.waiting.step || last);
    this.panel.draw();
    this.panel.place.querySelector(".ed-say:last-of-type")?.scrollIntoView({ block: "nearest" });
    return true;
  }

  #show(id) {
    const path = ops.pathOfId(this.editor.document, id);
    if (path) this.editor.select(String(ops.at(this.editor.document, path)[ops.UID]), { focus: false });
  }

  #scenario() {
    return this.editor.document.scenarios?.[Number(this.data.split(":")[1])];
  }

  async save() {
    const name = await askText(_("Name of the scenario"), this.told.waiting.outcome ?? "");
    if (!name?.trim()) return;
    const answers = { ...this.answers };
    const results = {};
    this.steps.forEach(({ kind, step }, place) => {
      const { give } = this.moves[place];
      if (give === undefined) return;
      if (kind === "asking") answers[step] = give;
      else if (kind === "with_people") results[step] = { section: give };
      else if (kind === "confirming") give === "no" && (results[step] = "declined");
      else results[step] = give;
    });
    const scenario = { name: name.trim(), walker: this.walker, at: this.at, answers, facts: this.facts, expect: this.told.expect };
    if (Object.keys(results).length) scenario.results = results;
    this.editor.apply((document) => ({ ...document, scenarios: [...(document.scenarios ?? []), scenario] }), _("Scenario saved"));
  }

  view() {
    const { editor } = this;
    const scenarios = Object.fromEntries((editor.document.scenarios ?? []).map((each, place) => [`scenario:${place}`, each.name]));
    return html`<h2 class="ed-panel-title">${icon(editor, "player-play")}${_("Try out")}</h2><p class="ar-hint">${_("Everything is recorded, nothing is done.")}</p>
      ${field(_("Who walks"), select(WALKERS, this.walker, (walker) => ((this.walker = walker ?? "agent"), this.panel.draw())))}
      ${field(_("On which data"), select({ order: _("a real order, really read"), ...scenarios }, this.data || undefined, (data) => ((this.data = data ?? ""), this.panel.draw()), { none: _("nothing known") }))}
      ${this.data === "order" ? field(_("Order number"), html`<input class="ar-input" .value=${this.order} @input=${(event) => (this.order = event.target.value)}>`) : nothing}
      <div class="ed-row"><button type="button" class="ar-btn ar-btn-primary ar-btn-small" @click=${() => this.begin()}>${this.told ? _("Begin again") : _("Begin")}</button>
      ${this.moves.length ? html`<button type="button" class="ar-btn ar-btn-small" @click=${() => this.back()}>${_("One step back")}</button>` : nothing}</div>
      ${this.problem ? html`<p class="ed-fault ed-fault-error" role="alert">${this.problem}</p>` : nothing}
      ${this.told ? html`<ol class="ed-story">${this.told.entries.map((entry) => this.#entry(entry))}</ol>${this.#waiting(this.told.waiting)}
      ${this.moves.length || this.told.waiting.kind === "ended" ? add(editor, _("Save as scenario"), () => this.save()) : nothing}` : nothing}`;
  }

  #entry(entry) {
    const { editor } = this;
    const spoken = ["say", "ask", "close", "hand_over", "confirm", "note"].includes(entry.kind) && entry.text && entry.text !== entry.step;
    const word = KIND[entry.kind]?.[1] ?? { approval: _("Second person"), remind: _("Reminder") }[entry.kind] ?? entry.kind;
    return html`<li class="ed-say ed-k-${entry.kind}"><details><summary><span class="ed-kind">${icon(editor, KIND[entry.kind]?.[0] ?? "info-circle")}${word}</span><span class="ed-said">${spoken ? entry.text : this.#title(entry)}</span></summary>
      <div class="ed-proof"><p><b>${_("Why")}</b> <button type="button" class="ed-link" @click=${() => this.#show(entry.step)}>${_("Go to step")}</button></p>
      ${entry.proof.length ? html`<ul class="ed-list">${entry.proof.map(([step, , row, values]) => html`<li>${this.#name(step)}${row && row !== "None" ? html`: <b>${row}</b>` : nothing}${this.#values(values)}</li>`)}</ul>` : html`<p>${_("It follows from the step before.")}</p>`}
      <p><small>${new Intl.DateTimeFormat(editor.given.language, { dateStyle: "full", timeStyle: "short" }).format(new Date(entry.at))}</small></p></div></details></li>`;
  }

  #title(entry) {
    return this.#name(entry.step) || entry.text.replaceAll("_", " ");
  }

  #name(id) {
    const path = ops.pathOfId(this.editor.document, id);
    return path ? this.editor.words.shown(ops.at(this.editor.document, path)) : id.replaceAll("_", " ");
  }

  #values(values) {
    if (!values || typeof values !== "object") return nothing;
    const entries = Object.entries(values).filter(([, value]) => typeof value !== "object");
    return entries.length ? html` <small>(${entries.map(([path, value]) => `${this.editor.words.name(path)}: ${this.editor.words.names.get(path)?.values?.[value] ?? value}`).join(", ")})</small>` : nothing;
  }

  // What was waited for before each move: saved with the scenario.
  get steps() {
    return this.moves.map((move) => move.at);
  }

  #give(waiting, give) {
    return this.move({ give, at: { kind: waiting.kind, step: waiting.step } });
  }

  #waiting(waiting) {
    const { editor } = this;
    const button = (word, act, main = false) => html`<button type="button" class="ar-btn ar-btn-small ${main ? "ar-btn-primary" : ""}" @click=${act}>${word}</button>`;
    const when = waiting.wake ? new Intl.DateTimeFormat(editor.given.language, { dateStyle: "full", timeStyle: "short" }).format(new Date(waiting.wake)) : "";
    const wake = waiting.wake ? html`<div class="ed-row">${button(html`${icon(editor, "clock")} ${_("Move the clock: %(when)s", { when })}`, () => this.move({ wake: true, at: { kind: waiting.kind, step: waiting.step } }), waiting.kind === "timing")}</div>` : nothing;
    const words = this.told.words ? html`<p class="ed-quote">${this.told.words}</p>` : nothing;
    switch (waiting.kind) {
      case "asking": return html`<form class="ed-box" @submit=${(event) => this.#submit(event, waiting)}>${words}${waiting.fields.map((one) => this.#field(one, waiting))}${wake}</form>`;
      case "confirming": return html`<div class="ed-box">${words}<div class="ed-row">${button(_("Yes"), () => this.#give(waiting, "yes"), true)}${button(_("No"), () => this.#give(waiting, "no"))}</div></div>`;
      case "acting": return html`<div class="ed-box"><p>${_("What does the service answer?")}</p><div class="ed-row">${button(_("Done"), () => this.#give(waiting, {}), true)}${button(_("Refused"), () => this.#give(waiting, { fails: "refused" }))}</div></div>`;
      case "task": return html`<div class="ed-box"><p>${_("A task waits for")} ${editor.given.teams[waiting.team] ?? waiting.team}</p><div class="ed-row">${button(_("Done"), () => this.#give(waiting, { approved: "yes" }), true)}${waiting.purpose === "approval" ? button(_("Refused"), () => this.#give(waiting, { approved: "no" })) : nothing}</div>${wake}</div>`;
      case "timing": return html`<div class="ed-box"><p>${_("The robot takes over.")}</p>${wake}</div>`;
      case "with_people": return html`<div class="ed-box"><p>${_("The case is with")} ${editor.given.teams[waiting.team] ?? waiting.team}</p>${(waiting.return_to ?? []).map((name) => button(`${_("Bring it back to")} ${name}`, () => this.#give(waiting, name)))}</div>`;
      case "ended": return html`<p class="ed-good">${icon(editor, "flag")}<span>${_("The end")}: <b>${waiting.outcome.replaceAll("_", " ")}</b></span></p>`;
      default: return nothing;
    }
  }

  #field(one, waiting) {
    const { editor } = this;
    const label = editor.words.pick(one.label) || _("Answer");
    const single = waiting.fields.length === 1;
    const options = one.kind === "yes_no" ? [{ value: "yes", label: _("Yes") }, { value: "no", label: _("No") }] : one.choices.map((each) => ({ value: each.value, label: editor.words.pick(each.label) || each.shown.join(" ") || each.value }));
    if (single && options.length && !/s$/.test(one.kind)) return html`<div class="ed-row ed-wrap">${options.map((each) => html`<button type="button" class="ar-btn ar-btn-small" @click=${() => this.#give(waiting, each.value)}>${each.label}</button>`)}</div>`;
    const type = { number: "number", date: "date" }[one.kind] ?? "text";
    return html`<label class="ed-field"><span class="ed-name">${label}</span>${options.length ? html`<select class="ar-input" name=${one.name} ?multiple=${/s$/.test(one.kind)}>${options.map((each) => html`<option value=${each.value}>${each.label}</option>`)}</select>` : html`<input class="ar-input" type=${type} name=${one.name}>`}</label>
      ${single || one === waiting.fields.at(-1) ? html`<div class="ed-row"><button class="ar-btn ar-btn-primary ar-btn-small">${_("Answer")}</button></div>` : nothing}`;
  }

  #submit(event, waiting) {
    event.preventDefault();
    const form = new FormData(event.target);
    const of = (one) => (/s$/.test(one.kind) ? form.getAll(one.name) : form.get(one.name));
    const [only] = waiting.fields;
    this.#give(waiting, waiting.fields.length === 1 ? of(only) : Object.fromEntries(waiting.fields.map((one) => [one.name, of(one)])));
  }
}
