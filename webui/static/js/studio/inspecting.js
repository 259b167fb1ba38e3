// Find and replace, the two drafts of a conflict, the YAML view: fetched with their first use.
import { html, nothing } from "lit-html";
import { gettext as _, ngettext } from "../i18n.js";
import { branchesOf, idOf } from "./kinds.js";
import { KIND } from "./labels.js";
import { ask, icon } from "./dialogs.js";
import * as ops from "./operations.js";

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
