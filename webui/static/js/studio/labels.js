// The words of the editor: kinds, branches, titles and conditions, told in the reader's language.
import { gettext as _ } from "../i18n.js";
import { branchesOf, idOf, kindOf } from "./kinds.js";
import { ALONE, listed, read, unquoted } from "./conditions.js";

export const KIND = {
  say: ["message", _("Says"), _("Words for the customer")],
  note: ["note", _("Note"), _("Words for the adviser only")],
  ask: ["help-circle", _("Question"), _("Asks the customer: yes or no, a choice, a date, a photo…")],
  decide: ["git-branch", _("Decision"), _("Chooses the way on live data")],
  table: ["table", _("Decision table"), _("Many cases at once, like a spreadsheet")],
  set: ["pencil", _("Value"), _("Gives a calculation a name")],
  act: ["bolt", _("Action"), _("Does something: refund, send again, return label…")],
  send: ["mail", _("Message"), _("Writes to the customer")],
  wait: ["hourglass", _("Wait"), _("The robot comes back later")],
  repeat: ["repeat", _("Repeat"), _("Does steps again until a condition holds")],
  for_each: ["list-numbers", _("For each"), _("Does steps for each item of a list")],
  task: ["clipboard-list", _("Task"), _("Gives a team something to do")],
  call: ["corner-down-right", _("Sub-process"), _("Walks another process here and comes back")],
  start: ["player-play", _("Starts a case"), _("Another process goes on by itself")],
  cancel: ["ban", _("Cancel"), _("Takes back an open task or promise")],
  go_to: ["corner-up-right", _("Go to"), _("Goes on with a section")],
  hand_over: ["users", _("Hand over"), _("Gives the case to people")],
  close: ["flag", _("End"), _("Ends the path with an outcome")],
};

const BRANCH = {
  if_yes: _("yes"), if_no: _("no"), if_none: _("none"), if_never: _("never"), if_fails: _("it fails"),
  if_refused: _("refused"), unknown: _("not known"), otherwise: _("otherwise"), none_of_these: _("none of these"),
  steps: _("each time"),
};
export const branchWord = (key) => BRANCH[key] ?? key;

const OPERATOR = {
  "=": _("is"), "!=": _("is not"), "<": _("is less than"), "<=": _("is at most"), ">": _("is more than"),
  ">=": _("is at least"), in: _("is one of"), "not in": _("is none of"), "is known": _("is known"),
  "is missing": _("is missing"), "is unknown": _("is unknown"), yes: _("holds"), no: _("does not hold"),
};
const DATES = { "<": _("is before"), "<=": _("is at the latest"), ">": _("is after"), ">=": _("is at the earliest") };
export const operatorWord = (operator, kind) => (/^(date|moment)$/.test(kind ?? "") && DATES[operator]) || OPERATOR[operator];

const LONGEST = 90;

// How a text begins: of its first possible wording, on one line.
function firstWords(template, value) {
  const plain = template.replace(/\{%-?\s*(?:elif|else)\b.*?(?=\{%-?\s*endif)/gs, "").replace(/\{%.*?%\}/gs, "");
  const line = plain.replace(/\{\{\s*([\w.]*).*?\}\}/gs, value).trim().split("\n")[0].trim().replace(/\s+/g, " ");
  const signs = [...line];
  if (signs.length <= LONGEST) return line;
  const cut = signs.slice(0, LONGEST).join("");
  return `${cut.slice(0, cut.includes(" ") ? cut.lastIndexOf(" ") : undefined).replace(/[ ,;:]+$/, "")}…`;
}

export class Words {
  constructor(language, names) {
    this.language = language;
    this.names = new Map();
    this.learn(names ?? []);
  }

  learn(names) {
    this.names = new Map(names.map((each) => [each.path, each]));
  }

  pick(texts) {
    return texts ? texts[this.language] ?? Object.values(texts)[0] ?? "" : "";
  }

  // As the server's outline tells it: the two give the same titles. `value` tells a value within the words.
  title(step, value = () => "…") {
    if (step.label) return this.pick(step.label);
    const kind = kindOf(step);
    if (["go_to", "call", "start", "hand_over", "close"].includes(kind)) return String(step[kind]);
    return firstWords(this.pick(step.subject ?? step.text), value) || idOf(step).replaceAll("_", " ");
  }

  // The title for the eye: names of sections, processes and teams in words, values by their names.
  shown(step) {
    const kind = kindOf(step);
    if (!step.label && this.pointed?.[kind]) return this.pointed[kind](step[kind]) ?? step[kind].replaceAll("_", " ");
    return this.title(step, (_whole, path) => `‹${this.short(path)}›`);
  }

  name(path) {
    return this.names.get(path)?.label ?? path.replaceAll("_", " ");
  }

  short(path) {
    return this.name(path).split(" › ").at(-1);
  }

  branch(step, { slot, id }) {
    const [key, place] = slot;
    if (key === "choices") return this.pick(step.choices[place].label) || id;
    if (key === "cases") return this.condition(step.cases[place].when);
    if (key === "is") return this.cells(id, step.on);
    return branchWord(id);
  }

  cells(source, field) {
    const known = this.names.get(field)?.values;
    return source.split(",").map((part) => known?.[part.trim()] ?? part.trim()).join(", ");
  }

  condition(source) {
    if (source.trim() === "true") return _("always");
    const rows = read(source);
    return rows ? this.#rows(rows) : source;
  }

  #rows({ join, rows }) {
    const word = join === "and" ? _("and") : _("or");
    return rows.map((row) => (row.rows ? `(${this.#rows(row)})` : this.#row(row))).join(` ${word} `);
  }

  #row({ field, operator, value }) {
    const kind = this.names.get(field)?.kind;
    const told = `${this.field(field)} ${operatorWord(operator, kind)}`;
    return ALONE.has(operator) ? told : `${told} ${this.value(value, field)}`;
  }

  field(field) {
    if (this.names.has(field)) return this.name(field);
    const call = /^(\w+)\(([\w.]+)\)$/.exec(field);
    if (call?.[1] === "since") return `${_("time since")} ${this.name(call[2])}`;
    if (call?.[1] === "count") return `${_("number of")} ${this.name(call[2])}`;
    return field;
  }

  value(source, field) {
    const known = this.names.get(field)?.values;
    const texts = listed(source) ?? [unquoted(source)];
    if (texts.every((text) => text !== null)) return texts.map((text) => known?.[text] ?? text).join(", ");
    return this.names.has(source) ? this.name(source) : delayWords(source);
  }

  // One line below the title: what the step rests on.
  summary(step) {
    const kind = kindOf(step);
    if (kind === "decide") return step.on ? this.name(step.on) : this.condition(step.cases?.[0]?.when ?? "");
    if (kind === "act") return this.capability?.(step.using) ?? step.using;
    if (kind === "wait") return step.for ? delayWords(step.for) : this.condition(step.until);
    if (kind === "set") return step.to;
    if (kind === "task") return this.team?.(step.for) ?? step.for;
    if (kind === "repeat") return this.condition(step.until);
    if (kind === "hand_over") return step.because?.replaceAll("_", " ") ?? "";
    if (kind === "table") return _("%(number)s rows", { number: Math.max(0, step.rows.trim().split("\n").length - 1) });
    return step.if ? this.condition(step.if) : "";
  }
}

const UNITS = {
  minute: [_("minute"), _("minutes")], hour: [_("hour"), _("hours")], day: [_("day"), _("days")], week: [_("week"), _("weeks")],
  month: [_("month"), _("months")], "business day": [_("business day"), _("business days")],
  "business hour": [_("business hour"), _("business hours")],
};
export const UNIT_WORDS = UNITS;

export function readDelay(source) {
  const found = /^\s*(\d+)\s+((?:business )?(?:minute|hour|day|week|month))s?\s*$/.exec(source ?? "");
  return found && { amount: Number(found[1]), unit: found[2] };
}

export const writeDelay = ({ amount, unit }) => `${amount} ${unit}${amount === 1 ? "" : "s"}`;

export function delayWords(source) {
  const delay = readDelay(source);
  return delay ? `${delay.amount} ${UNITS[delay.unit][delay.amount > 1 ? 1 : 0]}` : source;
}

// The whole document as the server's outline gives it, for the test that both are the same.
export function outline(document, language) {
  const words = new Words(language, []);
  const steps = (list) => (Array.isArray(list) ? list.map((step) => ({
    kind: kindOf(step), id: idOf(step), title: words.title(step),
    branches: branchesOf(step).filter(({ slot }) => written(step, slot)).map((branch) => ({ name: branch.id, steps: steps(branch.steps) })),
  })) : []);
  return {
    sections: document.sections.map((section) => ({ name: section.section, steps: steps(section.steps) })),
    in_doubt: steps(document.in_doubt),
  };
}

const written = (step, slot) => slot.reduce((held, key) => held?.[key], step) !== undefined;

// ---- kinds of answers, and names made from words

export const ANSWERS = {
  yes_no: _("yes or no"), choice: _("one of several"), choices: _("several of several"), text: _("free text"), number: _("number"),
  amount: _("amount"), date: _("date"), order_number: _("order number"), file: _("photo or file"), confirm: _("a box to tick"),
  item: _("one item of a list"), items: _("several items of a list"),
};

export const named = (text) => (text ?? "").toLowerCase().normalize("NFKD").replace(/[^a-z0-9]+/g, "_").replace(/^[_\d]+|_+$/g, "").slice(0, 60);
