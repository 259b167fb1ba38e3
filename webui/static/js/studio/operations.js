// What can be done to a document, as pure functions: a document in, another out, everything untouched is shared.
// No page, no clock, no randomness. A path is a list of keys from the top of the document to a step; a place is a
// branch's path with an index. A branch that becomes empty goes on; a section always keeps a step.
import { branchesOf, idOf, isNaming, kindOf, withId } from "./kinds.js";

export const UID = Symbol("uid");
// Steps and sections keep a number of their own through every copy, so that pages can follow them. Never written out.
let last = 0;
const marked = (thing) => (thing[UID] ? thing : { ...thing, [UID]: ++last });

export class Refused extends Error {}

export const at = (thing, path) => path.reduce((held, key) => held?.[key], thing);

export function put(thing, path, value) {
  if (!path.length) return value;
  const [key, ...rest] = path;
  const inner = put(thing?.[key], rest, value);
  if (inner === thing?.[key]) return thing;
  if (Array.isArray(thing)) return thing.map((each, place) => (place === key ? inner : each));
  const copy = { ...thing, [key]: inner };
  if (inner === undefined) delete copy[key];
  return copy;
}

// ---- looking

// Every branch of a document that stands by itself: the sections', then the one for doubt.
export function trunks(document) {
  const found = document.sections.map((section, place) => ["sections", place, "steps"]);
  return document.in_doubt === undefined ? found : [...found, ["in_doubt"]];
}

export function* visit(document, trunk = null) {
  for (const path of trunk ? [trunk] : trunks(document)) yield* within(document, path);
}

function* within(document, list) {
  const steps = at(document, list);
  if (!Array.isArray(steps)) return;
  for (const [place, step] of steps.entries()) {
    const path = [...list, place];
    yield { step, path };
    for (const { slot } of branchesOf(step)) yield* within(document, [...path, ...slot]);
  }
}

export const count = (document) => [...visit(document)].length;

export function pathOf(document, uid) {
  for (const { step, path } of visit(document)) if (step[UID] === uid) return path;
  return null;
}

export function pathOfId(document, id) {
  for (const { step, path } of visit(document)) if (idOf(step) === id) return path;
  return null;
}

export const listOf = (path) => path.slice(0, -1);
export const indexOf = (path) => path.at(-1);

// Every step on the way down to `path`, each with the slot of its branch that goes on to the next.
export function chain(document, path) {
  const found = [];
  let depth = path[0] === "sections" ? 3 : 1;
  while (depth < path.length) {
    const here = path.slice(0, depth + 1);
    const step = at(document, here);
    if (typeof step !== "object") break;
    const rest = path.slice(depth + 1);
    const branch = branchesOf(step).find(({ slot }) => rest.length > slot.length && slot.every((key, place) => key === rest[place]));
    found.push({ path: here, step, slot: branch?.slot });
    depth += 1 + (branch ? branch.slot.length : path.length);
  }
  return found;
}

// The step above, with the slot of its branch that holds `path`; null for steps of a trunk.
export const above = (document, path) => chain(document, path).at(-2) ?? null;

export function ids(document) {
  return new Set([...visit(document)].map(({ step }) => idOf(step)).filter(Boolean));
}

export function freeId(taken, wish) {
  const base = wish.replace(/_\d+$/, "");
  if (!taken.has(wish)) return wish;
  let number = 2;
  while (taken.has(`${base}_${number}`)) number += 1;
  return `${base}_${number}`;
}

// ---- keeping it whole

export function adopt(document) {
  const steps = (list) => (Array.isArray(list) ? list.map(adoptStep) : list);
  const whole = { ...document, sections: document.sections.map((section) => marked({ ...section, steps: steps(section.steps) })) };
  if (document.in_doubt !== undefined) whole.in_doubt = steps(document.in_doubt);
  return whole;
}

export function adoptStep(step) {
  return branchesOf(step).reduce((held, { slot, steps }) => {
    return Array.isArray(steps) ? put(held, slot, steps.map(adoptStep)) : held;
  }, marked(step));
}

export const plain = (document) => JSON.parse(JSON.stringify(document));

function setList(document, list, steps) {
  if (steps.length) return put(document, list, steps);
  if (list[0] === "in_doubt" && list.length === 1) return put(document, list, undefined);
  if (list[0] === "sections" && list.length === 3) return emptied(document, list[1]);
  return put(document, list, "go_on");
}

// A section without steps: it goes, unless it is the last one or somebody goes to it; then an end takes the place.
function emptied(document, place) {
  const name = document.sections[place].section;
  const wanted = [...visit({ ...document, sections: document.sections.map((s, i) => (i === place ? { ...s, steps: [] } : s)) })]
    .some(({ step }) => step.go_to === name || step.return_to?.includes(name));
  if (document.sections.length > 1 && !wanted) {
    return { ...document, sections: document.sections.filter((_, each) => each !== place) };
  }
  const outcome = Object.keys(document.outcomes ?? {})[0] ?? "done";
  const hollow = put(document, ["sections", place, "steps"], []);
  const end = withId({ close: outcome }, freeId(ids(hollow), `close_${outcome}`));
  return put(document, ["sections", place, "steps"], [adoptStep(end)]);
}

// ---- steps

export function insert(document, place, steps) {
  const known = at(document, place.list);
  const before = Array.isArray(known) ? known : [];
  const taken = ids(document);
  const named = renamed(steps, taken).map(adoptStep);
  const index = Math.max(0, Math.min(place.index, before.length));
  return put(document, place.list, [...before.slice(0, index), ...named, ...before.slice(index)]);
}

export function remove(document, path) {
  const list = at(document, listOf(path));
  return setList(document, listOf(path), list.filter((_, place) => place !== indexOf(path)));
}

// A branching step goes, the steps of one of its branches stay in its place.
export function dissolve(document, path, slot) {
  const step = at(document, path);
  const inner = at(step, slot);
  const list = at(document, listOf(path));
  const index = indexOf(path);
  const kept = Array.isArray(inner) ? inner : [];
  return setList(document, listOf(path), [...list.slice(0, index), ...kept, ...list.slice(index + 1)]);
}

export const contains = (outer, inner) => outer.length <= inner.length && outer.every((key, place) => key === inner[place]);

// Puts the step at `path` at a place of the document as it is now. Raises Refused for a place within the step itself.
export function move(document, path, place) {
  if (contains(path, place.list)) throw new Refused("inside itself");
  const same = contains(listOf(path), place.list) && place.list.length === path.length - 1;
  if (same && (place.index === indexOf(path) || place.index === indexOf(path) + 1)) return document;
  const step = at(document, path);
  const gap = { note: "gap", [UID]: ++last };
  const hollow = put(document, path, gap);
  const known = at(hollow, place.list);
  const before = Array.isArray(known) ? known : [];
  const index = Math.max(0, Math.min(place.index, before.length));
  const filled = put(hollow, place.list, [...before.slice(0, index), step, ...before.slice(index)]);
  return remove(filled, pathOf(filled, gap[UID]));
}

// Where Alt and an arrow take a step, null at the edge.
export function neighbour(document, path, way) {
  const list = listOf(path);
  const index = indexOf(path);
  const steps = at(document, list);
  if (way === "up" && index > 0) return { list, index: index - 1 };
  if (way === "down" && index < steps.length - 1) return { list, index: index + 2 };
  const parent = above(document, path);
  if (way === "left") return parent && { list: listOf(parent.path), index: indexOf(parent.path) + 1 };
  if (way === "right") return index > 0 ? firstBranch(document, [...list, index - 1]) : null;
  if (parent) return { list: listOf(parent.path), index: indexOf(parent.path) + (way === "up" ? 0 : 1) };
  return nextTrunk(document, list, way);
}

function firstBranch(document, path) {
  const branch = branchesOf(at(document, path))[0];
  if (!branch) return null;
  return { list: [...path, ...branch.slot], index: Array.isArray(branch.steps) ? branch.steps.length : 0 };
}

function nextTrunk(document, list, way) {
  if (list[0] !== "sections") return null;
  const place = list[1] + (way === "up" ? -1 : 1);
  if (!document.sections[place]) return null;
  const next = ["sections", place, "steps"];
  return { list: next, index: way === "up" ? at(document, next).length : 0 };
}

// The step at `path`, and `more` after it, become the first branch of a new decision.
export function wrap(document, path, id, more = 0) {
  const list = at(document, listOf(path));
  const index = indexOf(path);
  const inner = list.slice(index, index + 1 + more);
  const name = freeId(ids(document), id);
  const decision = marked({ decide: name, cases: [{ id: "first", when: "true", steps: inner }], otherwise: "go_on" });
  return put(document, listOf(path), [...list.slice(0, index), decision, ...list.slice(index + 1 + more)]);
}

export function change(document, path, keys, value) {
  return put(document, [...path, ...keys], value);
}

// ---- copies

const CLIP = "ariane-steps";

export const clip = (steps) => JSON.stringify({ [CLIP]: 1, steps });

// The steps of a copied text, null for any other text.
export function unclip(text) {
  try {
    const held = JSON.parse(text);
    const whole = held?.[CLIP] === 1 && Array.isArray(held.steps) && held.steps.length > 0;
    return whole && held.steps.every((step) => typeof step === "object" && step !== null) ? held.steps : null;
  } catch {
    return null;
  }
}

// New ids for those that are taken, in the steps and in what refers to them within the same steps.
function renamed(steps, taken) {
  const used = new Set(taken);
  const pairs = new Map();
  let fresh = steps.map((step) => mapSteps(step, (each) => {
    const id = idOf(each);
    if (!id) return each;
    const free = freeId(used, id);
    used.add(free);
    if (free === id) return each;
    if (isNaming(kindOf(each))) pairs.set(id, free);
    return withId(each, free);
  }));
  for (const [old, now] of pairs) fresh = fresh.map((step) => renameIn(step, old, now));
  return fresh;
}

function mapSteps(step, turn) {
  return branchesOf(step).reduce((held, { slot, steps }) => {
    return Array.isArray(steps) ? put(held, slot, steps.map((each) => mapSteps(each, turn))) : held;
  }, turn(step));
}

// ---- names

// The step `old` is called `now` from here on, everywhere: conditions, texts, tables, scenarios.
export function rename(document, old, now) {
  if (old === now) return document;
  if (!/^[a-z][a-z0-9_]{0,59}$/.test(now) || ids(document).has(now)) throw new Refused("name");
  const path = pathOfId(document, old);
  const stepped = put(document, path, withId(at(document, path), now));
  const { scenarios, ...rest } = stepped;
  const told = renameIn(rest, old, now);
  return scenarios ? { ...told, scenarios: scenarios.map((each) => renameScenario(each, old, now)) } : told;
}

const SPELT = new Set(["text", "texts", "subject", "label", "confirm", "title", "if_broken"]);
const WORDS = new Set(["comment", "source", "process", "reason", "hand_over", "because", "section", "go_to", "value", "passage", "calendar"]);

function renameIn(part, old, now, key = "") {
  if (typeof part === "string") return WORDS.has(key) ? part : inExpression(part, old, now);
  if (Array.isArray(part)) return part.map((each) => renameIn(each, old, now, key));
  if (typeof part !== "object" || part === null) return part;
  const copy = {};
  for (const [each, value] of Object.entries(part)) {
    copy[each] = SPELT.has(each) ? inTexts(value, old, now) : renameIn(value, old, now, each);
  }
  if (part[UID]) copy[UID] = part[UID];
  return copy;
}

function inTexts(texts, old, now) {
  if (typeof texts === "string") return texts.replace(/\{[{%].*?[%}]\}/gs, (code) => inExpression(code, old, now));
  if (typeof texts !== "object" || texts === null) return texts;
  return Object.fromEntries(Object.entries(texts).map(([key, value]) => [key, inTexts(value, old, now)]));
}

function inExpression(source, old, now) {
  return source.replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|(?<![\w.-])[a-z]\w*(?![\w-]*\()/g, (word) => (word === old ? now : word));
}

function renameScenario(scenario, old, now) {
  const keyed = (held) => held && Object.fromEntries(Object.entries(held).map(([key, value]) => [key === old ? now : key, value]));
  const expected = (each) => Object.fromEntries(Object.entries(each).map(([kind, name]) =>
    [kind, kind === "not" && typeof name === "object" ? expected(name) : name === old ? now : name]));
  const copy = { ...scenario, expect: scenario.expect.map(expected) };
  for (const key of ["answers", "results"]) if (copy[key]) copy[key] = keyed(copy[key]);
  return copy;
}

// ---- branches

export function addBranch(document, path, key, entry) {
  const step = at(document, path);
  if (key === "choices") return put(document, [...path, "choices"], [...(step.choices ?? []), entry]);
  if (key === "cases") return put(document, [...path, "cases"], [...step.cases, { ...entry, id: freeCase(step, entry.id) }]);
  if (key === "is") return put(document, [...path, "is"], { ...step.is, [entry]: "go_on" });
  return put(document, [...path, key], "go_on");
}

function freeCase(step, wish) {
  return freeId(new Set(step.cases.map((each) => each.id)), wish);
}

export function removeBranch(document, path, slot) {
  const step = at(document, path);
  const [key, name] = slot;
  if (key === "choices" || key === "cases") {
    if (step[key].length < 2) throw new Refused("last branch");
    return put(document, [...path, key], step[key].filter((_, place) => place !== name));
  }
  if (key === "is") {
    if (Object.keys(step.is).length < 2) throw new Refused("last branch");
    return put(document, [...path, "is"], Object.fromEntries(Object.entries(step.is).filter(([value]) => value !== name)));
  }
  if (key === "steps") return put(document, [...path, ...slot], "go_on");
  return put(document, [...path, ...slot], undefined);
}

export function moveBranch(document, path, slot, by) {
  const step = at(document, path);
  const [key, name] = slot;
  if (key === "is") {
    const entries = Object.entries(step.is);
    if (!entries[entries.findIndex(([value]) => value === name) + by]) return document;
    return put(document, [...path, "is"], Object.fromEntries(swapped(entries, entries.findIndex(([value]) => value === name), by)));
  }
  if (key !== "choices" && key !== "cases") return document;
  return put(document, [...path, key], swapped(step[key], name, by));
}

export function renameValue(document, path, old, now) {
  const step = at(document, path);
  if (old === now) return document;
  if (!now.trim() || now in step.is) throw new Refused("value");
  const entries = Object.entries(step.is).map(([value, steps]) => [value === old ? now.trim() : value, steps]);
  return put(document, [...path, "is"], Object.fromEntries(entries));
}

function swapped(list, place, by) {
  const other = place + by;
  if (other < 0 || other >= list.length) return list;
  const copy = [...list];
  [copy[place], copy[other]] = [copy[other], copy[place]];
  return copy;
}

// ---- sections

export function addSection(document, place, name, title, step) {
  const taken = new Set(document.sections.map((section) => section.section));
  const section = marked({ section: freeId(taken, name), title, steps: renamed([step], ids(document)).map(adoptStep) });
  return { ...document, sections: [...document.sections.slice(0, place), section, ...document.sections.slice(place)] };
}

export function removeSection(document, place) {
  if (document.sections.length < 2) throw new Refused("last section");
  const name = document.sections[place].section;
  const left = { ...document, sections: document.sections.filter((_, each) => each !== place) };
  if ([...visit(left)].some(({ step }) => step.go_to === name || step.return_to?.includes(name))) throw new Refused("gone to");
  return left;
}

export function moveSection(document, place, by) {
  return put(document, ["sections"], swapped(document.sections, place, by));
}

// ---- words

// Every text of the document that a person reads: its path, and where it belongs.
export function* texts(document) {
  for (const { step, path } of visit(document)) yield* textsIn(step, path, path);
}

function* textsIn(part, path, step) {
  for (const [key, value] of Object.entries(part)) {
    if (typeof value !== "object" || value === null) continue;
    if (SPELT.has(key)) yield* leaves(value, [...path, key], step);
    else if (Array.isArray(value) ? !isBranch(value) : true) yield* textsIn(value, [...path, Array.isArray(part) ? Number(key) : key], step);
  }
}

const isBranch = (list) => list.length > 0 && typeof list[0] === "object" && list[0] !== null && list[0][UID] !== undefined;

function* leaves(value, path, step) {
  if (typeof value === "string") yield { text: value, path, step };
  else for (const [key, each] of Object.entries(value)) yield* leaves(each, [...path, key], step);
}

export function findText(document, wanted) {
  const needle = wanted.toLocaleLowerCase();
  return [...texts(document)].filter(({ text }) => text.toLocaleLowerCase().includes(needle));
}

// Replaces in texts only, never inside the values in braces. How many texts changed comes with the document.
export function replaceText(document, wanted, by) {
  let changed = 0;
  let result = document;
  const escaped = wanted.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const pattern = new RegExp(`(\\{[{%].*?[%}]\\})|${escaped}`, "gis");
  for (const { text, path } of findText(document, wanted)) {
    const now = text.replace(pattern, (whole, code) => (code === undefined ? by : whole));
    if (now === text || !now.trim()) continue;
    result = put(result, path, now);
    changed += 1;
  }
  return { document: result, changed };
}
