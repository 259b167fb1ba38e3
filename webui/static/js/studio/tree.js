// The process as a tree: sections, steps, branches as pills over their steps. One DOM, drawn as map or as outline.
// What changes without the document (choice, faults, visits) is set on the elements, so that nothing is drawn again.
import { html, nothing } from "lit-html";
import { repeat } from "lit-html/repeat";
import { gettext as _, ngettext } from "../i18n.js";
import { branchesOf, ends, kindOf } from "./kinds.js";
import { once } from "./once.js";
import { UID } from "./operations.js";
import { KIND } from "./labels.js";

const OPEN_TO = 3;

export class Tree {
  constructor(words, icons) {
    this.words = words;
    this.icons = icons;
    this.open = new Map();
    this.stamps = new Map();
    this.epoch = 0;
    this.everything = false;
  }

  isOpen(key, depth) {
    return this.open.get(key) ?? (this.everything || depth <= OPEN_TO);
  }

  // The steps on the way (their uids) are drawn again.
  touch(uids) {
    for (const uid of uids) this.stamps.set(uid, (this.stamps.get(uid) ?? 0) + 1);
  }

  view(document) {
    return html`<ul role="tree" class="ed-tree" aria-label=${_("Steps of the process")}>
      ${repeat(document.sections, (section) => section[UID], (section, place) => this.#section(section, place, document.sections))}
      ${document.in_doubt === undefined ? nothing : this.#doubt(document.in_doubt)}
    </ul>`;
  }

  #section(section, place, all) {
    const title = this.words.pick(section.title) || section.section.replaceAll("_", " ");
    const next = all[place + 1];
    const goes = next && !section.steps.some(ends);
    const key = `s${section[UID]}`;
    const open = this.isOpen(key, 0);
    return html`<li role="treeitem" class="ed-section" tabindex="-1" data-key=${key} aria-expanded=${open} aria-label=${`${_("Section")} ${title}`}>
      <div class="ed-head"><span class="ed-title">${title}</span><span class="ed-count">${ngettext("%(num)s step", "%(num)s steps", section.steps.length)}</span><span class="ed-marks"></span></div>
      ${open ? this.#list(section.steps, 1, ["sections", place, "steps"]) : nothing}
      ${goes ? html`<div class="ed-foot" aria-hidden="true">${_("goes on with")} <b>${this.words.pick(next.title) || next.section}</b></div>` : nothing}
    </li>`;
  }

  #doubt(steps) {
    const open = this.isOpen("doubt", 0);
    return html`<li role="treeitem" class="ed-section ed-doubt" tabindex="-1" data-key="doubt" aria-expanded=${open} aria-label=${_("In doubt")}>
      <div class="ed-head"><span class="ed-title">${_("In doubt")}</span><span class="ed-count">${_("wherever something is unknown or fails")}</span><span class="ed-marks"></span></div>
      ${open ? this.#list(steps, 1) : nothing}</li>`;
  }

  #list(steps, depth) {
    return html`<ul role="group" class="ed-steps">${repeat(steps, (step) => step[UID], (step) => once([step, this.stamps.get(step[UID]), this.epoch], () => this.#step(step, depth)))}</ul>`;
  }

  #step(step, depth) {
    const kind = kindOf(step);
    const [icon, word] = KIND[kind];
    const title = this.words.shown(step);
    const summary = this.words.summary(step);
    const branches = branchesOf(step);
    const tail = ends(step) ? "ed-ends" : "";
    return html`<li role="treeitem" class="ed-step ed-k-${kind} ${tail}" tabindex="-1" data-key=${step[UID]} aria-label=${`${word}: ${title}`}>
      <div class="ed-card"><span class="ed-kind"><svg class="ar-icon" aria-hidden="true"><use href="${this.icons}#${icon}"></use></svg>${word}</span><span class="ed-title">${title}</span>${summary ? html`<span class="ed-sum">${summary}</span>` : nothing}<span class="ed-marks"></span></div>
      ${branches.length ? html`<ul role="group" class="ed-branches">${repeat(branches, ({ slot }) => slot.join("/"), (branch) => this.#branch(step, branch, depth + 1))}</ul>` : nothing}
    </li>`;
  }

  #branch(step, branch, depth) {
    const key = `${step[UID]}/${branch.slot.join("/")}`;
    const filled = Array.isArray(branch.steps);
    const open = filled && this.isOpen(key, depth);
    const label = this.words.branch(step, branch);
    const kind = /^(unknown|if_fails|if_never|if_refused)$/.test(branch.id) ? "ed-trouble" : "";
    const on = filled && !branch.steps.some(ends) ? "ed-on" : "";
    return html`<li role="treeitem" class="ed-branch ${kind} ${on}" tabindex="-1" data-key=${key} aria-expanded=${filled ? open : nothing} aria-label=${`${_("Branch")} ${label}`}>
      <div class="ed-pill"><span class="ed-label">${label}</span>${filled ? nothing : html`<span class="ed-goes">${_("goes on")}</span>`}${filled && !open ? html`<span class="ed-more">${branch.steps.length}</span>` : nothing}</div>
      ${open ? this.#list(branch.steps, depth) : nothing}
    </li>`;
  }
}
