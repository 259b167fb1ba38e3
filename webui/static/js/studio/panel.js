// The panel beside the tree: what is chosen, the process itself, what has to be corrected, the try-out.
import { html, nothing, render } from "lit-html";
import { gettext as _ } from "../i18n.js";
import { EXTRA_BRANCHES, idOf, kindOf } from "./kinds.js";
import { form } from "./forms.js";
import { ANSWERS, branchWord, KIND, named } from "./labels.js";
import * as ops from "./operations.js";
import { add, condition, delay, field, group, icon, line, select, small, tick, value } from "./fields.js";
import * as parts from "./parts.js";
import { askText } from "./dialogs.js";
import { processView } from "./process.js";
import { table } from "./sheet.js";
import "./textbox.js";

export class Panel {
  constructor(editor, place) {
    this.editor = editor;
    this.place = place;
    this.variant = "";
    editor.branchWord = branchWord;
  }

  draw() {
    const { editor } = this;
    if (this.shown !== editor.selected) this.variant = "", this.rows = undefined;
    this.shown = editor.selected;
    const tab = (key, word, mark) => html`<button type="button" role="tab" id="ed-tab-${key}" aria-controls="ed-tabpanel" aria-selected=${editor.tab === key} tabindex=${editor.tab === key ? "0" : "-1"} @click=${() => editor.showTab(key)}>${word}${mark ? html`<span class="ed-dot-mark">${mark}</span>` : nothing}</button>`;
    render(html`<div class="ed-panel-tabs" role="tablist" aria-label=${_("Panel")} @keydown=${(event) => this.#tabs(event)}>
      ${tab("step", _("Step"))}${tab("process", _("Process"))}${tab("checks", _("To put right"), editor.faults.length || "")}${tab("try", _("Try out"))}</div>
      <div class="ed-panel-body" role="tabpanel" id="ed-tabpanel" aria-labelledby="ed-tab-${editor.tab}" tabindex="-1">${this.#body()}</div>`, this.place);
  }

  #tabs(event) {
    const all = ["step", "process", "checks", "try"];
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    this.editor.showTab(all[(all.indexOf(this.editor.tab) + by + all.length) % all.length]).then(() => this.place.querySelector('[role="tab"][aria-selected="true"]').focus());
  }

  #body() {
    const { editor } = this;
    if (editor.tab === "process") return processView(this);
    if (editor.tab === "checks") return this.#checks();
    if (editor.tab === "try") return editor.tryout?.view() ?? nothing;
    const found = editor.chosen();
    if (!found) return html`<p class="ar-hint">${_("Choose a step.")}</p>`;
    if (found.kind === "section") return this.#section(found);
    if (found.kind === "doubt") return html`<h2 class="ed-panel-title">${_("In doubt")}</h2><p>${_("Taken wherever something is unknown or fails and the step does not say what then.")}</p>${add(editor, _("Insert a step"), () => editor.insert())}`;
    if (found.kind === "branch") return this.#branch(found);
    return this.#step(found);
  }

  toTitle() {
    this.editor.tab = "step";
    this.draw();
    const box = this.place.querySelector("#ed-title");
    box?.focus();
    box?.select();
  }

  toFirst() {
    this.editor.tab = "step";
    this.draw();
    (this.place.querySelector(".ed-panel-body ed-text") ?? this.place.querySelector(".ed-panel-body :is(input, select, button, textarea)"))?.focus();
  }

  // Escape in the panel goes back to the tree; a field being typed in is taken over first.
  back(event) {
    if (event.key !== "Escape") return;
    document.activeElement?.blur();
    this.editor.focus();
  }

  #section({ section, place }) {
    const { editor } = this;
    const set = (title) => editor.apply((document) => ops.put(document, ["sections", place, "title"], title), "", "section title");
    return html`<h2 class="ed-panel-title">${_("Section")}</h2>${parts.short(this, _("Title"), section.title, set)}
      <p class="ar-hint">${_("An unfinished path goes on with the next section.")}</p>
      <div class="ed-row ed-wrap">${add(editor, _("Insert a step"), () => editor.insert())}${add(editor, _("Add a section below"), () => editor.addSection())}</div>
      ${this.#trouble(section.section)}`;
  }

  #branch(found) {
    const { editor } = this;
    const { step, branch, slot } = found;
    return html`<h2 class="ed-panel-title">${_("Branch")}</h2><p class="ed-branch-title"><span class="ed-pill-still">${editor.words.branch(step, branch)}</span></p>
      <p>${_("of")} <button type="button" class="ed-link" @click=${() => editor.selectPath(found.path)}>${editor.words.shown(step)}</button></p>
      ${slot[0] === "cases" ? group(_("When"), condition(editor, step.cases[slot[1]].when, (next) => editor.apply((document) => ops.change(document, found.path, ["cases", slot[1], "when"], next ?? "true")), { label: _("When") })) : nothing}
      <div class="ed-row ed-wrap">${add(editor, _("Insert a step"), () => editor.insert())}
      ${Array.isArray(branch.steps) ? add(editor, _("Keep only these steps"), () => editor.apply((document) => ops.dissolve(document, found.path, slot), _("Bridged"))) : nothing}</div>`;
  }

  #step({ step, path }) {
    const { editor } = this;
    const kind = kindOf(step);
    const set = (keys, next, word = null) => editor.apply((document) => ops.change(document, path, keys, next), "", word && `${step[ops.UID]} ${word}`);
    const [symbol, word, hint] = KIND[kind];
    const language = editor.languages().includes(editor.given.language) ? editor.given.language : editor.languages()[0];
    const label = (event) => {
      const next = { ...step.label, [language]: event.target.value };
      if (!event.target.value) delete next[language];
      set(["label"], Object.keys(next).length ? next : undefined, "label");
    };
    return html`<div class="ed-k-${kind}" @keydown=${(event) => this.back(event)}><h2 class="ed-panel-title">${icon(editor, symbol)}${word}</h2><p class="ar-hint">${hint}</p>
      ${this.#trouble(idOf(step))}
      <label class="ed-field"><span class="ed-name">${_("Title in the tree")}</span><input id="ed-title" class="ar-input" .value=${step.label?.[language] ?? ""} placeholder=${editor.words.shown(step)} @input=${label}></label>
      ${this.#kind(kind, step, path, set)}
      ${EXTRA_BRANCHES[kind] ? parts.extraBranches(this, step, path, this.#extra(kind, step)) : nothing}
      ${this.#name(kind, step)}
      ${field(_("Comment for authors"), html`<textarea class="ar-input" rows="2" .value=${step.comment ?? ""} @change=${(event) => set(["comment"], event.target.value || undefined)}></textarea>`)}</div>`;
  }

  #extra(kind, step) {
    const keys = EXTRA_BRANCHES[kind];
    if (kind === "ask") return keys.filter((key) => (key === "if_none" ? step.of : key === "none_of_these" ? step.choices : key === "if_never" ? step.within || step.by : step.of));
    if (kind === "wait" && step.for) return [];
    if (kind === "task" && !(step.within || step.by)) return [];
    return keys;
  }

  #name(kind, step) {
    const { editor } = this;
    const id = idOf(step);
    if (!id) return nothing;
    const rename = async () => {
      const now = await askText(_("Name of the step in conditions"), id, _("Small letters, digits and _; every condition and text follows."));
      if (now && now !== id) editor.rename(id, now.trim());
    };
    return html`<div class="ed-row ed-line"><small class="ed-grow">${_("Name in conditions")}: <code>${id}</code></small>${small(editor, "pencil", _("Rename"), rename)}</div>`;
  }

  #trouble(id) {
    return this.editor.faults.filter((fault) => fault.step === id).map((fault) => html`<p class="ed-fault ed-fault-${fault.level}">${fault.text}</p>`);
  }

  #only(step, set) {
    const { editor } = this;
    return html`${group(_("Only if"), condition(editor, step.if, (next) => set(["if"], next), { label: "if", none: _("always") }))}
      ${field(_("Only for"), select(parts.WALKERS, Array.isArray(step.only) ? step.only[0] : step.only, (only) => set(["only"], only), { none: _("everyone") }))}`;
  }

  #passage(step, set) {
    const known = Object.fromEntries(this.editor.given.passages.map((each) => [each, each]));
    return field(_("Passage of an article"), select(known, step.passage, (next) => set(["passage"], next), { none: _("none") }));
  }

  #ending(step, set) {
    const { editor } = this;
    return html`${group(_("At the latest after"), delay(editor, step.within, (next) => set(["within"], next), { label: _("At the latest after") }))}
      ${field(_("or by"), value(editor, step.by, (next) => set(["by"], next), { label: _("or by"), none: _("no moment") }))}
      ${step.within || step.by ? parts.reminders(this, step.remind, (next) => set(["remind"], next)) : nothing}`;
  }

  #kind(kind, step, path, set) {
    const { editor } = this;
    const given = editor.given;
    switch (kind) {
      case "say": case "note": return html`${parts.spoken(this, step, set)}${this.#passage(step, set)}${this.#only(step, set)}${parts.promise(this, step.promise, (next) => set(["promise"], next))}`;
      case "ask": return this.#ask(step, path, set);
      case "decide": return this.#decide(step, path, set);
      case "table": return table(this, step, set);
      case "set": return field(_("Value"), value(editor, step.to, (next) => set(["to"], next ?? "0"), { label: _("Value") }), _("A name, or a calculation such as order.total - refund.amount."));
      case "act": return this.#act(step, set);
      case "send": return html`${field(_("To"), select({ customer: _("customer"), ...given.teams }, step.to ?? "customer", (to) => set(["to"], to === "customer" ? undefined : to)))}
        ${field(_("By"), select({ mail: _("mail"), sms: "SMS" }, Array.isArray(step.via) ? step.via[0] : step.via ?? "mail", (via) => set(["via"], via === "mail" ? undefined : via)))}
        ${parts.short(this, _("Subject"), step.subject, (next) => set(["subject"], next, "subject"))}${parts.spoken(this, step, set)}${this.#passage(step, set)}${this.#only(step, set)}${parts.promise(this, step.promise, (next) => set(["promise"], next))}`;
      case "wait": return this.#wait(step, path, set);
      case "repeat": return html`${group(_("Until"), condition(editor, step.until, (next) => set(["until"], next ?? "true"), { label: _("Until") }))}
        ${field(_("Times at most"), line(step.at_most, (next) => set(["at_most"], Math.max(1, Number(next) || 1)), { type: "number", min: 1, max: 1000 }))}
        ${group(_("Every"), delay(editor, step.every, (next) => set(["every"], next), { label: _("Every"), none: _("at once") }))}${this.#clock(step, set)}${this.#calendar(step, set)}`;
      case "for_each": return html`${field(_("List"), value(editor, typeof step.in === "string" ? step.in : step.in.list, (next) => set(["in"], next ?? step.in), { label: _("List") }))}
        ${field(_("What makes an item unique"), line(step.key, (next) => set(["key"], next ?? ".number")))}${field(_("Items at most"), line(step.at_most, (next) => set(["at_most"], Math.max(1, Number(next) || 1)), { type: "number", min: 1, max: 1000 }))}`;
      case "task": return this.#task(step, path, set);
      case "call": return this.#call(step, path, set);
      case "start": return html`${this.#process(step.start, (next) => set(["start"], next))}${parts.inputs(this, step.with, this.#needs(step.start), (next) => set(["with"], next))}`;
      case "cancel": return field(_("What is taken back"), select(Object.fromEntries([...ops.visit(editor.document)].filter(({ step: each }) => each.task || each.promise).map(({ step: each }) => [idOf(each), editor.words.shown(each)])), step.cancel, (next) => next && set(["cancel"], next)));
      case "go_to": return html`${field(_("Section"), select(Object.fromEntries(editor.document.sections.map((section) => [section.section, editor.words.pick(section.title) || section.section])), step.go_to, (next) => next && set(["go_to"], next)))}
        ${field(_("Times at most"), line(step.at_most, (next) => set(["at_most"], next ? Math.max(1, Number(next) || 1) : undefined), { type: "number", min: 1, max: 1000 }), _("Needed when it leads back."))}`;
      case "hand_over": return html`${field(_("To"), select(given.teams, step.hand_over, (next) => next && set(["hand_over"], next)))}
        ${field(_("Because"), line(step.because.replaceAll("_", " "), (next) => set(["because"], named(next) || step.because)))}
        ${group(_("An answer within"), delay(editor, step.within, (next) => set(["within"], next), { label: _("An answer within") }))}
        ${this.#maybeSpoken(step, set, _("What the customer is told"))}
        ${group(_("People may bring it back to"), editor.document.sections.map((section) => tick(editor.words.pick(section.title) || section.section, step.return_to?.includes(section.section), (on) => {
          const left = (step.return_to ?? []).filter((each) => each !== section.section);
          const next = on ? [...left, section.section] : left;
          set(["return_to"], next.length ? next : undefined);
        })))}`;
      default: return html`${field(_("Outcome"), select(Object.fromEntries(Object.keys(editor.document.outcomes).map((each) => [each, each.replaceAll("_", " ")])), step.close, (next) => next && set(["close"], next)))}
        ${this.#maybeSpoken(step, set, _("Last words"))}
        ${field(_("Survey"), select({ csat: _("satisfaction") }, step.survey, (next) => set(["survey"], next), { none: _("none") }))}
        ${field(_("Cause"), line(step.cause, (next) => set(["cause"], next)))}`;
    }
  }

  #maybeSpoken(step, set, label) {
    if (step.text) return html`${parts.spoken(this, step, (keys, next, word) => set(keys, keys[0] === "text" && !Object.keys(next ?? {}).length ? undefined : next, word))}`;
    return group(label, add(this.editor, _("Write words"), () => set(["text"], this.editor.known().words("say"))));
  }

  #ask(step, path, set) {
    const { editor } = this;
    const change = (kind) => editor.apply((document) => {
      let next = { ...step, kind };
      if ((kind === "choice" || kind === "choices") && !step.choices) next.choices = ["answer", "answer_2"].map((each) => ({ value: each, label: editor.known().words("say") }));
      if ((kind === "item" || kind === "items") && !step.of) next.of = { list: editor.known().lists[0] ?? "order.lines", show: [] };
      if (kind !== "choice" && kind !== "choices") delete next.choices, delete next.none_of_these;
      if (kind !== "item" && kind !== "items") delete next.of, delete next.if_none;
      if (kind !== "yes_no") delete next.if_yes, delete next.if_no;
      next = { ...next };
      return ops.put(document, path, next);
    });
    return html`${parts.spoken(this, step, set)}
      ${step.form ? nothing : field(_("Kind of answer"), select(ANSWERS, step.kind, (kind) => kind && change(kind)))}${form(this, step, path)}
      ${step.choices ? parts.choices(this, step, path) : nothing}
      ${step.of ? html`${field(_("List to choose from"), value(editor, step.of.list, (next) => set(["of", "list"], next ?? step.of.list), { label: _("List to choose from") }))}${field(_("Shown of each item"), line((step.of.show ?? []).join(", "), (next) => set(["of", "show"], (next ?? "").split(",").map((each) => each.trim()).filter(Boolean))))}` : nothing}
      ${step.form || step.kind === "yes_no" || step.kind === "confirm" ? nothing : tick(_("May be left empty"), step.optional, (next) => set(["optional"], next))}
      ${this.#passage(step, set)}${this.#ending(step, set)}
      ${!step.form && (step.within || step.by) ? field(_("If nobody answers, take"), step.choices ? select(Object.fromEntries(step.choices.map((each) => [each.value, editor.words.pick(each.label)])), step.default, (next) => set(["default"], next), { none: _("nothing: the branch “never”") }) : line(step.default, (next) => set(["default"], next))) : nothing}
      ${this.#only(step, set)}`;
  }

  #decide(step, path, set) {
    const { editor } = this;
    const turn = (way) => editor.apply((document) => {
      const { on: _on, is: _is, cases: _cases, ...rest } = step;
      const next = way === "on" ? { ...rest, on: "walker", is: { agent: "go_on" }, otherwise: step.otherwise ?? "go_on" } : { ...rest, cases: [{ id: "first", when: "true", steps: "go_on" }] };
      return ops.put(document, path, next);
    });
    const closed = editor.words.names.get(step.on)?.values;
    const look = (next) => next && editor.apply((document) => {
      const values = Object.keys(editor.words.names.get(next)?.values ?? {});
      const is = values.length && Object.values(step.is).every((each) => each === "go_on") ? { [values[0]]: "go_on" } : step.is;
      return ops.put(document, path, { ...step, on: next, is });
    });
    return html`${field(_("Decides"), select({ cases: _("by conditions"), on: _("by the value of one field") }, step.cases ? "cases" : "on", (way) => way && way !== (step.cases ? "cases" : "on") && turn(way)))}
      ${step.cases ? parts.cases(this, step, path) : html`${field(_("Field"), value(editor, step.on, look, { label: _("Field") }))}${parts.values(this, step, path, closed)}`}`;
  }

  #act(step, set) {
    const { editor } = this;
    const acts = editor.given.capabilities.filter(({ kind }) => kind === "act");
    const using = acts.find(({ name }) => name === step.using);
    return html`${field(_("What is done"), select(Object.fromEntries(acts.map(({ name, label }) => [name, label])), step.using, (next) => next && set(["using"], next)), using?.irreversible ? _("This cannot be taken back.") : "")}
      ${parts.inputs(this, step.with, using?.inputs.filter(({ name }) => name !== "amount") ?? [], (next) => set(["with"], next))}
      ${using?.money || step.amount ? html`${field(_("Amount"), value(editor, step.amount, (next) => set(["amount"], next), { label: _("Amount") }))}${field(_("At most"), value(editor, step.cap, (next) => set(["cap"], next), { label: _("At most"), none: _("the cap of the house") }))}` : nothing}
      ${group(_("Who may do it"), Object.entries(parts.WALKERS).map(([walker, word]) => tick(word, (step.open_to ?? ["agent", "robot"]).includes(walker), (on) => {
        const before = (step.open_to ?? ["agent", "robot"]).filter((each) => each !== walker);
        set(["open_to"], on ? [...before, walker] : before);
      })))}
      ${parts.short(this, _("Question before it is done"), step.confirm, (next) => set(["confirm"], next))}
      ${parts.approval(this, step.approval, (next) => set(["approval"], next))}`;
  }

  #clock(step, set) {
    return field(_("At what time"), line(step.at, (next) => set(["at"], next), { type: "time" }));
  }

  #wait(step, path, set) {
    const { editor } = this;
    const turn = (way) => editor.apply((document) => {
      const { for: _for, until: _until, within: _within, every: _every, if_never: _never, unknown: _unknown, ...rest } = step;
      return ops.put(document, path, way === "for" ? { ...rest, for: "1 business day" } : { ...rest, until: "true", within: "5 business days", every: "1 business day", if_never: "go_on" });
    });
    return html`${field(_("Waits"), select({ for: _("a fixed time"), until: _("until something holds") }, step.for ? "for" : "until", (way) => way && way !== (step.for ? "for" : "until") && turn(way)))}
      ${step.for ? group(_("How long"), delay(editor, step.for, (next) => set(["for"], next ?? "1 business day"), { label: _("How long"), none: "–" }))
        : html`${group(_("Until"), condition(editor, step.until, (next) => set(["until"], next ?? "true"), { label: _("Until") }))}
          ${group(_("The robot looks every"), delay(editor, step.every, (next) => set(["every"], next), { label: _("The robot looks every"), none: _("once") }))}${this.#ending(step, set)}`}
      ${this.#clock(step, set)}${this.#calendar(step, set)}`;
  }

  #calendar(step, set) {
    return parts.calendar(this.editor, step.calendar, (next) => set(["calendar"], next), _("the process’s calendar"));
  }

  #task(step, path, set) {
    const { editor } = this;
    const waits = step.within !== undefined || step.by !== undefined;
    const turn = (way) => editor.apply((document) => {
      const { due: _due, due_by: _dueBy, within: _within, by: _by, if_never: _never, remind: _remind, form: _form, ends_when: _ends, ...rest } = step;
      return ops.put(document, path, way === "waits" ? { ...rest, within: "1 business day", if_never: "go_on" } : { ...rest, due: "1 business day" });
    });
    return html`${field(_("For"), select(editor.given.teams, step.for, (next) => next && set(["for"], next)))}
      ${parts.spoken(this, step, set)}
      ${field(_("The walk"), select({ goes: _("goes on at once"), waits: _("waits until it is done") }, waits ? "waits" : "goes", (way) => way && turn(way)))}
      ${waits ? this.#ending(step, set) : html`${group(_("Due within"), delay(editor, step.due, (next) => set(["due"], next ?? (step.due_by ? undefined : "1 business day")), { label: _("Due within") }))}${field(_("or by"), value(editor, step.due_by, (next) => set(["due_by"], next), { label: _("or by"), none: _("no moment") }))}`}
      ${this.#only(step, set)}`;
  }

  #process(key, set) {
    const known = Object.fromEntries(this.editor.given.processes.map((each) => [each.key, each.title]));
    return html`${field(_("Process"), select(known, key, (next) => next && set(next)))}<p><a class="ed-link" href=${this.editor.given.urls.process.replace("KEY", key)} target="_blank">${_("Look at it")}</a></p>`;
  }

  #needs(key) {
    return (this.editor.given.processes.find((each) => each.key === key)?.needs ?? []).map((name) => ({ name, label: name.replaceAll("_", " ") }));
  }

  #call(step, path, set) {
    const { editor } = this;
    const outcomes = editor.given.processes.find((each) => each.key === step.call)?.outcomes ?? [];
    const turn = (way) => editor.apply((document) => {
      const { then: _then, is: _is, ...rest } = step;
      return ops.put(document, path, way === "close" ? { ...rest, then: "close" } : { ...rest, is: Object.fromEntries((outcomes.length ? outcomes : ["done"]).map((each) => [each, "go_on"])) });
    });
    return html`${this.#process(step.call, (next) => set(["call"], next))}${parts.inputs(this, step.with, this.#needs(step.call), (next) => set(["with"], next))}
      ${field(_("Afterwards"), select({ close: _("this process ends with the same outcome"), is: _("one branch an outcome") }, step.then ? "close" : "is", (way) => way && turn(way)))}
      ${step.is ? parts.values(this, step, path, Object.fromEntries(outcomes.map((each) => [each, each.replaceAll("_", " ")]))) : nothing}`;
  }

  #checks() {
    const { editor } = this;
    if (!editor.faults.length) return html`<div class="ed-good">${icon(editor, "circle-check")}<p>${_("Nothing to correct. The scenarios still have to play.")}</p></div>`;
    const title = (id) => {
      const path = ops.pathOfId(editor.document, id);
      return path ? editor.words.shown(ops.at(editor.document, path)) : id;
    };
    return html`<p class="ar-hint">${_("Errors block publishing, warnings are counted.")}</p><ol class="ed-faults">${editor.faults.map((fault) => html`<li class="ed-fault ed-fault-${fault.level}"><p><b>${fault.level === "error" ? _("to correct") : _("to look at")}</b>${fault.step ? html` · ${title(fault.step)}` : nothing}</p><p>${fault.text}</p>${fault.step && ops.pathOfId(editor.document, fault.step) ? html`<button type="button" class="ed-link" @click=${() => ((editor.tab = "step"), editor.goToStep(fault.step))}>${_("Go to step")}</button>` : nothing}</li>`)}</ol>`;
  }
}
