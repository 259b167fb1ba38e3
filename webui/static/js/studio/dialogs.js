// Questions the editor asks: which kind, which place, what to find; the two drafts of a conflict; the YAML view.
import { html, nothing, render } from "lit-html";
import { gettext as _, ngettext } from "../i18n.js";
import { branchesOf, idOf, KINDS } from "./kinds.js";
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
const icon = (name) => html`<svg class="ar-icon" aria-hidden="true"><use href="${sheet()}#${name}"></use></svg>`;

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

export function findReplace(editor) {
  const state = { wanted: "", by: "" };
  return ask(_("Find and replace"), (done, show) => {
    const hits = state.wanted ? ops.findText(editor.document, state.wanted) : [];
    const named = state.wanted ? [...ops.visit(editor.document)].filter(({ step }) => `${editor.words.shown(step)} ${idOf(step)} ${editor.words.summary(step)}`.toLocaleLowerCase().includes(state.wanted.toLocaleLowerCase())) : [];
    const paths = new Map([...named.map(({ path }) => path), ...hits.map(({ step }) => step)].map((path) => [path.join(), path]));
    const replace = () => {
      let changed = 0;
      editor.apply((document) => {
        const made = ops.replaceText(document, state.wanted, state.by);
        changed = made.changed;
        return made.document;
      });
      editor.say(ngettext("%(num)s text changed", "%(num)s texts changed", changed));
      state.told = ngettext("%(num)s text changed", "%(num)s texts changed", changed);
      show();
    };
    return html`<div class="ed-find">
      <input class="ar-input" type="search" autofocus aria-label=${_("Find")} placeholder=${_("Find in steps and texts")} @input=${(event) => ((state.wanted = event.target.value), (state.told = ""), show())}>
      <div class="ed-row"><input class="ar-input" aria-label=${_("Replace by")} placeholder=${_("Replace by")} @input=${(event) => (state.by = event.target.value)}><button type="button" class="ar-btn" ?disabled=${!hits.length} @click=${replace}>${_("Replace in all texts")}</button></div>
      <p class="ar-hint" role="status">${state.told || (state.wanted ? ngettext("%(num)s place found", "%(num)s places found", paths.size) : _("Values in texts are never touched."))}</p>
      <div class="ed-options">${[...paths.values()].slice(0, 100).map((path) => {
        const step = ops.at(editor.document, path);
        return step ? html`<button type="button" class="ed-option" @click=${() => done(idOf(step))}>${icon(KIND[Object.keys(KIND).find((kind) => kind in step)][0])}<span><strong>${editor.words.shown(step)}</strong><small>${editor.where(path)}</small></span></button>` : nothing;
      })}</div></div>`;
  });
}

// What differs, step by step, between this browser's draft and the one another author saved.
export function differences(mine, theirs, words) {
  const steps = (held) => new Map([...ops.visit(held)].filter(({ step }) => idOf(step)).map(({ step }) => [idOf(step), step]));
  const [here, there] = [steps(mine), steps(theirs)];
  const bare = (step) => JSON.stringify(branchesOf(step).reduce((held, { slot, steps: inner }) => (Array.isArray(inner) ? ops.put(held, slot, inner.map(idOf)) : held), step));
  const rows = [];
  for (const [id, step] of here) {
    if (!there.has(id)) rows.push({ tone: "good", word: _("only in yours"), title: words.shown(step) });
    else if (bare(step) !== bare(there.get(id))) rows.push({ tone: "warn", word: _("differs"), title: words.shown(step), other: words.shown(there.get(id)) });
  }
  for (const [id, step] of there) if (!here.has(id)) rows.push({ tone: "info", word: _("only in theirs"), title: words.shown(step) });
  return rows;
}

export async function conflict(editor, theirs) {
  const rows = differences(editor.document, ops.adopt(theirs.document), editor.words);
  const choice = await ask(_("%(name)s saved this draft in the meantime", { name: theirs.by }), (done) => html`
    <p>${_("Nothing is lost: yours is here, theirs is on the server. What differs:")}</p>
    <table class="ar-table"><tbody>${rows.length ? rows.slice(0, 200).map((row) => html`<tr><td><span class="ar-chip ar-tone-${row.tone}">${row.word}</span></td><td>${row.title}${row.other && row.other !== row.title ? html` <small>/ ${row.other}</small>` : nothing}</td></tr>`) : html`<tr><td>${_("Only the order, settings or scenarios.")}</td></tr>`}</tbody></table>
    <div class="ar-actions"><button type="button" class="ar-btn ar-btn-primary" @click=${() => done("mine")}>${_("Keep mine")}</button><button type="button" class="ar-btn" @click=${() => done("theirs")}>${_("Take theirs")}</button><button type="button" class="ar-btn ar-btn-quiet" @click=${() => done(null)}>${_("Decide later")}</button></div>`, { wide: true });
  if (choice === "mine") await editor.saving.overwrite(theirs.revision);
  if (choice === "theirs") {
    editor.restore(theirs.document);
    editor.saving.takeOver(theirs);
  }
}

export function yamlView(editor) {
  const state = { text: _("One moment…") };
  const load = async (show) => {
    const answer = await editor.saving.post(editor.given.urls.yaml, JSON.stringify(editor.document));
    state.text = answer.ok ? (await answer.json()).yaml : _("This could not be written as YAML.");
    show();
  };
  const take = async (done, show) => {
    const answer = await editor.saving.post(editor.given.urls.yaml, state.text, "application/yaml");
    const told = await answer.json();
    if (answer.ok && Array.isArray(told.document?.sections) && told.document.process === editor.given.key) return done(told.document);
    state.problem = told.detail ?? _("This is not the document of this process.");
    show();
  };
  let loaded = false;
  return ask("YAML", (done, show) => {
    if (!loaded) loaded = true, load(show);
    return html`${state.problem ? html`<p class="ar-wrong" role="alert">${state.problem}</p>` : nothing}
      <textarea class="ar-input ed-yaml" autofocus spellcheck="false" aria-label="YAML" .value=${state.text} @input=${(event) => (state.text = event.target.value)}></textarea>
      <div class="ar-actions"><button type="button" class="ar-btn ar-btn-primary" @click=${() => take(done, show)}>${_("Take over")}</button></div>`;
  }, { wide: true });
}
