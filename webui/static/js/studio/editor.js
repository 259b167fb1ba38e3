// The editor's page: one state, one tree, one panel. Everything done to the document goes through `apply`.
import { html, nothing, render } from "lit-html";
import { gettext as _, ngettext } from "../i18n.js";
import { toast } from "../toasts.js";
import * as ops from "./operations.js";
import { branchesOf, fresh, idOf } from "./kinds.js";
import { History } from "./history.js";
import { KIND, Words } from "./labels.js";
import { Tree } from "./tree.js";
import { Saving } from "./saving.js";
import { Panel } from "./panel.js";
import { askKind, askPlace } from "./dialogs.js";
import { keyboard } from "./keyboard.js";
import { dragging } from "./drag.js";

const MANY = 60;
const given = JSON.parse(document.querySelector("#ed-given").textContent);
const root = document.querySelector("#ed-canvas");
const live = document.querySelector("#ed-live");

export const editor = {
  given,
  words: new Words(given.language, given.names),
  history: new History(ops.adopt(given.document)),
  faults: given.faults,
  selected: "",
  visited: new Set(),
  zoom: 1,
  tab: "step",

  get document() {
    return this.history.document;
  },

  // ---- changes

  // Takes the document that `change` makes of the present one; `said` is announced, `word` joins typing in one field.
  apply(change, said = "", word = null) {
    let next;
    try {
      next = change(this.document);
    } catch (error) {
      if (!(error instanceof ops.Refused)) throw error;
      this.say(_("This is not possible here."));
      return false;
    }
    if (next === this.document) return false;
    this.history.push(next, word);
    this.changed();
    if (said) this.say(said);
    return true;
  },

  // Another document takes the place of this one: kept in this browser, taken over from another author, or YAML.
  restore(document) {
    this.history.push(ops.adopt(document));
    this.changed();
  },

  changed() {
    saving.changed(this.document);
    this.draw();
  },

  undo() {
    if (this.history.undo()) this.changed(), this.say(_("Undone"));
  },

  redo() {
    if (this.history.redo()) this.changed(), this.say(_("Done again"));
  },

  // ---- what is chosen

  // A chosen thing: {kind: "step", path, step} | {kind: "branch", path, step, slot, branch} | section | doubt | null.
  chosen(key = this.selected) {
    if (key === "doubt") return { kind: "doubt", path: ["in_doubt"] };
    if (key.startsWith("s")) {
      const place = this.document.sections.findIndex((section) => `s${section[ops.UID]}` === key);
      return place < 0 ? null : { kind: "section", place, section: this.document.sections[place], path: ["sections", place, "steps"] };
    }
    const [uid, ...rest] = key.split("/");
    const path = ops.pathOf(this.document, Number(uid));
    if (!path) return null;
    const step = ops.at(this.document, path);
    if (!rest.length) return { kind: "step", path, step };
    const branch = branchesOf(step).find(({ slot }) => slot.join("/") === rest.join("/"));
    return branch ? { kind: "branch", path, step, slot: branch.slot, branch } : null;
  },

  select(key, { focus = true, scroll = true } = {}) {
    const before = element(this.selected);
    if (before) before.tabIndex = -1, before.setAttribute("aria-selected", "false");
    this.selected = key;
    let here = element(key);
    if (!here && key) {
      this.reveal(key);
      here = element(key);
    }
    if (here) {
      here.tabIndex = 0;
      here.setAttribute("aria-selected", "true");
      if (focus) here.focus({ preventScroll: true });
      if (scroll) here.firstElementChild.scrollIntoView({ block: "nearest", inline: "nearest" });
    }
    drawBar();
    panel.draw();
  },

  selectPath(path) {
    const step = ops.at(this.document, path);
    if (step) this.select(String(step[ops.UID]));
  },

  // Opens every branch on the way to a step.
  reveal(key) {
    const found = this.chosen(key);
    if (!found?.path) return;
    if (found.path[0] === "sections") tree.open.set(`s${this.document.sections[found.path[1]][ops.UID]}`, true);
    const way = ops.chain(this.document, found.path);
    for (const { step, slot } of way) if (slot) tree.open.set(`${step[ops.UID]}/${slot.join("/")}`, true);
    tree.touch(way.map(({ step }) => step[ops.UID]));
    this.draw();
  },

  toggle(key, open) {
    const found = this.chosen(key);
    if (!found || found.kind === "step") return;
    const here = element(key);
    tree.open.set(key, open ?? here?.getAttribute("aria-expanded") !== "true");
    if (found.kind === "branch") tree.touch(ops.chain(this.document, found.path).map(({ step }) => step[ops.UID]));
    this.draw();
  },

  openAll(open) {
    tree.everything = open;
    tree.open.clear();
    if (!open) {
      for (const { step } of ops.visit(this.document)) {
        for (const { slot } of branchesOf(step)) tree.open.set(`${step[ops.UID]}/${slot.join("/")}`, false);
      }
    }
    tree.epoch += 1;
    this.draw();
  },

  // Where something new goes: after a step, at the beginning of a branch or section.
  placeAfter(found = this.chosen()) {
    if (!found) return { list: ["sections", this.document.sections.length - 1, "steps"], index: 0 };
    if (found.kind === "step") return { list: ops.listOf(found.path), index: ops.indexOf(found.path) + 1 };
    if (found.kind === "branch") return { list: [...found.path, ...found.slot], index: 0 };
    return { list: found.path, index: 0 };
  },

  // ---- acts

  async insert(place = this.placeAfter()) {
    const kind = await askKind(place.list[0] === "in_doubt");
    if (!kind) return this.focus();
    const id = ops.freeId(ops.ids(this.document), kind === "set" ? "value" : kind);
    const step = ops.adoptStep(fresh(kind, id, this.known()));
    const said = _("%(kind)s inserted", { kind: KIND[kind][1] });
    this.openList(place.list);
    if (this.apply((document) => ops.insert(document, place, [step]), said)) this.selectPath([...place.list, place.index]);
  },

  openList(list) {
    const parent = ops.above(this.document, [...list, 0]);
    const way = ops.chain(this.document, [...list, 0]);
    if (way.length && way.at(-1).slot) tree.open.set(`${way.at(-1).step[ops.UID]}/${way.at(-1).slot.join("/")}`, true);
    if (parent) tree.open.set(`${parent.step[ops.UID]}/${parent.slot.join("/")}`, true);
    tree.touch(way.map(({ step }) => step[ops.UID]));
  },

  known() {
    const all = given.capabilities;
    return {
      words: (kind) => Object.fromEntries(this.languages().map((each) => [each, FIRST[kind]?.[each] ?? FIRST.say[each] ?? "…"])),
      teams: Object.keys(given.teams), sections: this.document.sections.map(({ section }) => section),
      outcomes: Object.keys(this.document.outcomes), acts: all.filter(({ kind }) => kind === "act").map(({ name }) => name),
      processes: given.processes.map(({ key }) => key).filter((key) => key !== given.key), steps: [...ops.ids(this.document)],
      lists: [...this.words.names.values()].filter(({ kind }) => kind === "list").map(({ path }) => path),
    };
  },

  languages() {
    const named = this.document.languages ?? [];
    return named.length ? named : Object.keys(this.document.title);
  },

  remove() {
    const found = this.chosen();
    if (!found) return;
    if (found.kind === "step") {
      const list = ops.listOf(found.path);
      const index = ops.indexOf(found.path);
      const above = ops.above(this.document, found.path);
      const title = this.words.shown(found.step);
      if (!this.apply((document) => ops.remove(document, found.path), _("“%(title)s” deleted; Ctrl+Z brings it back", { title }))) return;
      const left = ops.at(this.document, list);
      if (Array.isArray(left) && left.length) this.selectPath([...list, Math.min(index, left.length - 1)]);
      else if (above) this.select(`${above.step[ops.UID]}/${above.slot.join("/")}`);
      else this.select(firstKey());
    } else if (found.kind === "branch") {
      if (this.apply((document) => ops.removeBranch(document, found.path, found.slot), _("Branch deleted"))) this.selectPath(found.path);
    } else if (found.kind === "section") {
      if (this.apply((document) => ops.removeSection(document, found.place), _("Section deleted"))) this.select(firstKey());
    }
  },

  move(way) {
    const found = this.chosen();
    if (!found) return;
    if (found.kind === "section") {
      this.apply((document) => ops.moveSection(document, found.place, way === "up" ? -1 : 1), _("Section moved"));
    } else if (found.kind === "branch") {
      const by = way === "up" || way === "left" ? -1 : 1;
      if (this.apply((document) => ops.moveBranch(document, found.path, found.slot, by), _("Branch moved"))) {
        const [key, place] = found.slot;
        const slot = typeof place === "number" ? [key, Math.max(0, Math.min(found.step[key].length - 1, place + by)), "steps"] : found.slot;
        tree.touch([found.step[ops.UID]]);
        this.select(`${found.step[ops.UID]}/${slot.join("/")}`);
      }
    } else if (found.kind === "step") {
      const place = ops.neighbour(this.document, found.path, way);
      if (!place) return this.say(_("It cannot go further."));
      this.moveTo(found, place);
    }
    this.focus();
  },

  moveTo(found, place) {
    this.openList(place.list);
    if (!this.apply((document) => ops.move(document, found.path, place))) return;
    this.select(String(found.step[ops.UID]));
    this.say(_("Moved: %(where)s", { where: this.where(ops.pathOf(this.document, found.step[ops.UID])) }));
  },

  async moveMenu() {
    const found = this.chosen();
    if (found?.kind !== "step") return;
    const place = await askPlace(this, found);
    if (place) this.moveTo(found, place);
    else this.focus();
  },

  wrap() {
    const found = this.chosen();
    if (found?.kind !== "step") return;
    if (!this.apply((document) => ops.wrap(document, found.path, "decision"), _("Wrapped in a decision"))) return;
    this.selectPath(found.path);
  },

  async copy(cut = false) {
    const found = this.chosen();
    if (found?.kind !== "step") return;
    const text = ops.clip([found.step]);
    try {
      localStorage.setItem("ariane-clip", text);
    } catch { /* full or forbidden: the clipboard of the system may still do */ }
    await navigator.clipboard?.writeText(text).catch(() => {});
    if (cut) this.remove();
    else this.say(_("Copied"));
  },

  async paste() {
    const other = await navigator.clipboard?.readText?.().catch(() => "");
    const steps = ops.unclip(other ?? "") ?? ops.unclip(localStorage.getItem("ariane-clip") ?? "");
    if (!steps) return this.say(_("There is no copied step."));
    const place = this.placeAfter();
    this.openList(place.list);
    if (this.apply((document) => ops.insert(document, place, steps), ngettext("%(num)s step pasted", "%(num)s steps pasted", steps.length))) {
      this.selectPath([...place.list, place.index]);
    }
  },

  addSection() {
    const found = this.chosen();
    const place = found?.path?.[0] === "sections" ? found.path[1] + 1 : this.document.sections.length;
    const title = Object.fromEntries(this.languages().map((each) => [each, FIRST.section[each] ?? FIRST.section.en]));
    const step = { close: Object.keys(this.document.outcomes)[0], id: ops.freeId(ops.ids(this.document), "end") };
    if (this.apply((document) => ops.addSection(document, place, "section", title, step), _("Section added"))) {
      this.select(`s${this.document.sections[place][ops.UID]}`);
    }
  },

  rename(old, now) {
    if (this.apply((document) => ops.rename(document, old, now), _("Renamed everywhere"))) tree.epoch += 1, this.draw();
  },

  // ---- telling

  where(path) {
    if (!path) return "";
    const section = path[0] === "sections" ? this.document.sections[path[1]] : null;
    const first = section ? this.words.pick(section.title) || section.section : _("In doubt");
    const way = ops.chain(this.document, path).filter(({ slot }) => slot);
    return [first, ...way.map(({ step, slot }) => this.words.branch(step, branchesOf(step).find((each) => each.slot.join() === slot.join())))].join(" › ");
  },

  say(sentence) {
    live.textContent = "";
    requestAnimationFrame(() => (live.textContent = sentence));
  },

  goToStep(id) {
    const path = ops.pathOfId(this.document, id);
    if (!path) return;
    this.select(String(ops.at(this.document, path)[ops.UID]), { scroll: true });
    element(this.selected)?.firstElementChild.scrollIntoView({ block: "center", inline: "center" });
  },

  judge({ faults, names }) {
    if (faults) this.faults = faults;
    if (names && JSON.stringify(names.map(({ path, label }) => [path, label])) !== JSON.stringify([...this.words.names.values()].map(({ path, label }) => [path, label]))) {
      this.words.learn(names);
      tree.epoch += 1;
    } else if (names) this.words.learn(names);
    requestIdleCallback(() => this.draw());
  },

  async find() {
    const { findReplace } = await import("./inspecting.js");
    const found = await findReplace(this);
    if (found) this.goToStep(found);
    else this.focus();
  },

  async yaml() {
    const { yamlView } = await import("./inspecting.js");
    const document = await yamlView(this);
    if (document) this.apply(() => ops.adopt(document), _("Taken over"));
    this.focus();
  },

  focus() {
    element(this.selected)?.focus({ preventScroll: true });
  },

  setView(view) {
    root.classList.toggle("ed-outline", view === "outline");
    this.view = view;
    drawBar();
  },

  setZoom(zoom) {
    this.zoom = Math.min(1.5, Math.max(0.3, zoom));
    root.style.setProperty("--ed-zoom", String(this.zoom));
    drawBar();
  },

  // The try-out comes with its first use.
  async showTab(tab) {
    this.tab = tab;
    if (tab === "try" && !this.tryout) {
      const { TryOut } = await import("./tryout.js");
      this.tryout ??= new TryOut(this, panel);
    }
    panel.draw();
  },

  draw() {
    render(tree.view(this.document), root);
    if (!this.chosen()) this.selected = firstKey();
    decorate();
    drawBar();
    panel.draw();
  },

  touchVisits(ids) {
    this.visited = new Set(ids);
    decorate();
  },
};

const FIRST = {
  say: { fr: "À rédiger", en: "To be written" }, ask: { fr: "Votre question ?", en: "Your question?" },
  section: { fr: "Nouvelle section", en: "New section" },
};

const element = (key) => (key ? root.querySelector(`[data-key="${CSS.escape(key)}"]`) : null);
const firstKey = () => `s${editor.document.sections[0][ops.UID]}`;

const tree = new Tree(editor.words, document.body.dataset.icons ?? root.dataset.icons);
editor.tree = tree;
editor.words.capability = (name) => given.capabilities.find((each) => each.name === name)?.label ?? name;
editor.words.pointed = {
  go_to: (name) => editor.words.pick(editor.document.sections.find(({ section }) => section === name)?.title) || undefined,
  call: (key) => given.processes.find((each) => each.key === key)?.title,
  start: (key) => given.processes.find((each) => each.key === key)?.title,
  hand_over: (team) => given.teams[team],
  close: (outcome) => outcome.replaceAll("_", " "),
};
editor.words.team = (key) => given.teams[key] ?? key;
const saving = new Saving(editor, given);
editor.saving = saving;
const panel = new Panel(editor, document.querySelector("#ed-panel"));

// Marks on the cards: the choice, faults and visits. Few elements each time.
function decorate() {
  for (const old of root.querySelectorAll(".ed-marked")) {
    old.classList.remove("ed-marked", "ed-bad", "ed-warn");
    old.querySelector(":scope > :first-child > .ed-marks")?.replaceChildren();
  }
  for (const old of root.querySelectorAll(".ed-visited")) old.classList.remove("ed-visited");
  const byId = new Map();
  for (const { step } of ops.visit(editor.document)) if (idOf(step)) byId.set(idOf(step), String(step[ops.UID]));
  const levels = new Map();
  for (const fault of editor.faults) {
    const key = byId.get(fault.step);
    if (key) levels.set(key, [...(levels.get(key) ?? []), fault]);
  }
  for (const [key, faults] of levels) mark(element(key), faults);
  for (const id of editor.visited) element(byId.get(id) ?? "")?.classList.add("ed-visited");
  const here = element(editor.selected);
  if (here && here.tabIndex !== 0) {
    for (const old of root.querySelectorAll('[tabindex="0"]')) old.tabIndex = -1;
    here.tabIndex = 0;
    here.setAttribute("aria-selected", "true");
  }
}

function mark(item, faults) {
  if (!item) return;
  const bad = faults.some(({ level }) => level === "error");
  item.classList.add("ed-marked", bad ? "ed-bad" : "ed-warn");
  const told = document.createElement("span");
  told.className = "ed-mark";
  told.textContent = bad ? _("to correct") : _("to look at");
  told.title = faults.map(({ text }) => text).join("\n");
  item.querySelector(":scope > :first-child > .ed-marks")?.replaceChildren(told);
}

function drawBar() {
  const found = editor.chosen();
  const errors = editor.faults.filter(({ level }) => level === "error").length;
  const warnings = editor.faults.length - errors;
  const icon = (name) => html`<svg class="ar-icon" aria-hidden="true"><use href="${tree.icons}#${name}"></use></svg>`;
  const tool = (name, word, act, { off = false, pressed, keys } = {}) => html`<button type="button" class="ed-tool" ?disabled=${off} aria-pressed=${pressed ?? nothing} title=${keys ? `${word} (${keys})` : word} aria-keyshortcuts=${keys ?? nothing} @click=${act}>${icon(name)}<span>${word}</span></button>`;
  const past = editor.history.past.length;
  render(html`
    <div class="ed-tools" role="toolbar" aria-label=${_("Tools")}>
      ${tool("arrow-back-up", _("Undo"), () => editor.undo(), { off: !past, keys: "Ctrl+Z" })}
      ${tool("refresh", _("Redo"), () => editor.redo(), { off: !editor.history.future.length, keys: "Ctrl+Shift+Z" })}
      <span class="ed-gap"></span>
      ${tool("plus", _("Insert"), () => editor.insert(), { keys: "+" })}
      ${tool("git-branch", _("Wrap"), () => editor.wrap(), { off: found?.kind !== "step" })}
      ${tool("route", _("Move to"), () => editor.moveMenu(), { off: found?.kind !== "step" })}
      ${tool("copy", _("Copy"), () => editor.copy(), { off: found?.kind !== "step", keys: "Ctrl+C" })}
      ${tool("clipboard-list", _("Paste"), () => editor.paste(), { keys: "Ctrl+V" })}
      ${tool("x", _("Delete"), () => editor.remove(), { off: !found || found.kind === "doubt", keys: "Delete" })}
      ${tool("list-numbers", _("Section"), () => editor.addSection())}
      <span class="ed-gap"></span>
      ${tool("sitemap", _("Map"), () => editor.setView("map"), { pressed: editor.view === "map" })}
      ${tool("menu-2", _("Outline"), () => editor.setView("outline"), { pressed: editor.view === "outline" })}
      ${tool("chevron-down", _("Open all"), () => editor.openAll(true))}
      ${tool("chevron-right", _("Close all"), () => editor.openAll(false))}
      <label class="ed-zoom"><span class="ar-sr">${_("Zoom")}</span><input type="range" min="30" max="150" step="10" .value=${String(Math.round(editor.zoom * 100))} @input=${(event) => editor.setZoom(event.target.value / 100)}></label>
      ${tool("search", _("Find"), () => editor.find(), { keys: "Ctrl+F" })}
      ${tool("file-text", "YAML", () => editor.yaml())}
    </div>
    <nav class="ed-crumbs" aria-label=${_("Where you are")}><span>${found?.path && found.kind !== "section" ? editor.where(found.path) : _("%(number)s steps", { number: ops.count(editor.document) })}</span>
      <span class="ed-checks">${errors ? html`<button type="button" class="ed-chip ed-chip-bad" @click=${() => editor.showTab("checks")}>${icon("circle-x")}${ngettext("%(num)s error", "%(num)s errors", errors)}</button>` : nothing}${warnings ? html`<button type="button" class="ed-chip ed-chip-warn" @click=${() => editor.showTab("checks")}>${icon("alert-triangle")}${ngettext("%(num)s warning", "%(num)s warnings", warnings)}</button>` : nothing}${!errors && !warnings ? html`<span class="ed-chip ed-chip-good">${icon("circle-check")}${_("nothing to correct")}</span>` : nothing}</span></nav>`, document.querySelector("#ed-bar"));
}

// ---- the pointer

root.addEventListener("click", (event) => {
  if (event.target === root || editor.dragged) return;
  const item = event.target.closest("[data-key]");
  if (!item) return;
  const key = item.dataset.key;
  if (event.target === item && item.classList.contains("ed-step")) {
    // The dot below a card belongs to the item itself.
    const found = editor.chosen(key);
    if (found) return void editor.insert({ list: ops.listOf(found.path), index: ops.indexOf(found.path) + 1 });
  }
  if (event.target.classList.contains("ed-steps")) return void editor.insert({ ...editor.placeAfter(editor.chosen(key)), index: 0 });
  if (event.target.closest(".ed-goes")) {
    editor.select(key);
    return void editor.insert();
  }
  if (event.target.closest(".ed-pill, .ed-head") && editor.selected === key) editor.toggle(key);
  editor.tab = editor.tab === "checks" || editor.tab === "process" ? "step" : editor.tab;
  editor.select(key, { scroll: false });
});
root.addEventListener("dblclick", (event) => event.target.closest(".ed-card") && panel.toTitle());
keyboard(editor, root, panel);
dragging(editor, root);
document.querySelector("#ed-try")?.addEventListener("click", () => editor.showTab("try"));

editor.conflict = async (theirs) => (await import("./inspecting.js")).conflict(editor, theirs);
editor.toast = toast;
editor.setView(matchMedia("(max-width: 56rem)").matches || ops.count(editor.document) > MANY ? "outline" : "map");
editor.draw();
editor.select(firstKey(), { focus: false, scroll: false });
saving.begin();
document.documentElement.dataset.editor = "ready";
// What `make bench` reads: the first frame with the whole tree in it.
requestAnimationFrame(() => setTimeout(() => performance.mark("editor-shown")));
window.arianeEditor = editor;

