// The kinds of steps: their heads, their branches, and what a new one holds. Knows no page.

export const KINDS = [
  "say", "note", "ask", "decide", "table", "set", "act", "send", "wait", "repeat", "for_each", "task",
  "call", "start", "cancel", "go_to", "hand_over", "close",
];
const POINTING = new Set(["call", "start", "hand_over", "close"]);
const NAMELESS = new Set(["go_to", "cancel"]);

export const kindOf = (step) => KINDS.find((kind) => kind in step) ?? "note";

// The stable id of a step, as the server knows it; empty for the kinds that have none.
export function idOf(step) {
  const kind = kindOf(step);
  if (NAMELESS.has(kind)) return "";
  if (!POINTING.has(kind)) return step[kind];
  if (step.id) return step.id;
  if (kind === "hand_over") return step.because;
  if (kind === "close") return `close_${step.close}`;
  return step[kind].replaceAll("-", "_");
}

export function withId(step, id) {
  const kind = kindOf(step);
  if (NAMELESS.has(kind)) return step;
  return POINTING.has(kind) ? { ...step, id } : { ...step, [kind]: id };
}

export const isNaming = (kind) => !POINTING.has(kind) && !NAMELESS.has(kind);

// Keys that may hold a branch, in reading order; `has` says which a kind may be given.
export const EXTRA_BRANCHES = {
  ask: ["none_of_these", "if_none", "if_never", "unknown"],
  decide: ["otherwise", "unknown"],
  table: ["otherwise", "unknown"],
  act: ["if_fails"],
  wait: ["if_never", "unknown"],
  repeat: ["if_never", "unknown"],
  task: ["if_never"],
};

// Every branch of a step: where its steps are (a path within the step), its id, and the steps or "go_on".
export function branchesOf(step) {
  const found = [];
  const give = (slot, id, steps) => found.push({ slot, id, steps });
  const kind = kindOf(step);
  const named = (...names) => names.forEach((name) => step[name] !== undefined && give([name], name, step[name]));
  if (kind === "ask") {
    (step.choices ?? []).forEach((choice, place) => give(["choices", place, "steps"], choice.value, choice.steps ?? "go_on"));
    named("none_of_these");
    if (step.kind === "yes_no") ["if_yes", "if_no"].forEach((name) => give([name], name, step[name] ?? "go_on"));
    else named("if_yes", "if_no");
    named("if_none", "if_never", "unknown");
  } else if (kind === "decide" || kind === "call") {
    for (const [value, steps] of Object.entries(step.is ?? {})) give(["is", value], value, steps);
    if (kind === "decide") {
      (step.cases ?? []).forEach((each, place) => give(["cases", place, "steps"], each.id ?? String(place + 1), each.steps));
      named("otherwise", "unknown");
    }
  } else if (kind === "act") {
    named("if_fails");
    if (step.approval?.if_refused !== undefined) give(["approval", "if_refused"], "if_refused", step.approval.if_refused);
  } else if (kind === "repeat" || kind === "for_each") {
    named("steps", "if_never", "unknown");
  } else {
    named("otherwise", "if_never", "unknown");
  }
  return found;
}

// Whether the path ends with this step: nothing after it in its branch is reached.
export function ends(step) {
  const kind = kindOf(step);
  if (kind === "close" || kind === "go_to" || kind === "hand_over") return true;
  if (kind === "call") return step.then === "close" || allEnd(step);
  if (kind === "decide") return (step.otherwise !== undefined || step.on !== undefined) && allEnd(step);
  if (kind === "ask") return allEnd(step) && (step.kind === "yes_no" || step.choices?.length > 0) && !step.optional;
  return false;
}

function allEnd(step) {
  const branches = branchesOf(step);
  return branches.length > 0 && branches.every(({ steps }) => Array.isArray(steps) && steps.some(ends));
}

// A new step, whole from the start: `words` gives first words in every language of the document.
export function fresh(kind, id, known) {
  const text = known.words(kind);
  const first = (list, otherwise) => list?.[0] ?? otherwise;
  const team = first(known.teams, "customer_service");
  switch (kind) {
    case "say": case "note": return { [kind]: id, text };
    case "ask": return { ask: id, kind: "yes_no", text, if_yes: "go_on", if_no: "go_on" };
    case "decide": return { decide: id, cases: [{ id: "first", when: "true", steps: "go_on" }], otherwise: "go_on" };
    case "table": return { table: id, rows: "walker | = result\nagent | yes\nany | no\n", unknown: "go_on" };
    case "set": return { set: id, to: "0" };
    case "act": return { act: id, using: first(known.acts, "shop.reship"), if_fails: "go_on" };
    case "send": return { send: id, subject: text, text };
    case "wait": return { wait: id, for: "1 business day" };
    case "repeat": return { repeat: id, steps: "go_on", until: "true", at_most: 3, if_never: "go_on" };
    case "for_each": return { for_each: id, in: first(known.lists, "order.lines"), key: ".number", at_most: 20, steps: "go_on" };
    case "task": return { task: id, for: team, due: "1 business day", text };
    case "call": return { call: first(known.processes, "other-process"), id, then: "close" };
    case "start": return { start: first(known.processes, "other-process"), id };
    case "cancel": return { cancel: first(known.steps, id) };
    case "go_to": return { go_to: first(known.sections, "start"), at_most: 3 };
    case "hand_over": return { hand_over: team, because: id, within: "1 business day" };
    default: return { close: first(known.outcomes, "done"), id };
  }
}
