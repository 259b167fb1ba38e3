// Conditions as rows of field, operator and value; written in the language of the documents. Pure.
// `read` gives null for what rows cannot show: the panel then offers the text itself.

export const OPERATORS = ["=", "!=", "<", "<=", ">", ">=", "in", "not in", "is known", "is missing", "is unknown", "yes", "no"];
export const ALONE = new Set(["is known", "is missing", "is unknown", "yes", "no"]);
const DEEPEST = 2;

export function read(source, depth = 0) {
  const text = stripped(source.trim());
  if (text === null || !text || depth > DEEPEST) return null;
  const either = split(text, "or");
  const parts = either.length > 1 ? either : split(text, "and");
  if (parts.length === 1) {
    const row = readRow(parts[0]);
    return row && { join: "and", rows: [row] };
  }
  const rows = parts.map((part) => readRow(part) ?? group(part, depth));
  return rows.every(Boolean) ? { join: either.length > 1 ? "or" : "and", rows } : null;
}

function group(part, depth) {
  const inner = read(part, depth + 1);
  return inner && inner.rows.length > 1 ? inner : null;
}

export function write(condition) {
  return condition.rows.map((row) => {
    if (!row.rows) return writeRow(row);
    const inner = write(row);
    return row.rows.length > 1 && !(condition.join === "or" && row.join === "and") ? `(${inner})` : inner;
  }).join(` ${condition.join} `);
}

export function writeRow({ field, operator, value }) {
  if (operator === "yes") return field;
  if (operator === "no") return `not ${field}`;
  if (ALONE.has(operator)) return `${field} ${operator}`;
  return `${field} ${operator} ${value || "0"}`;
}

function readRow(source) {
  const text = stripped(source.trim());
  if (!text || split(text, "or").length > 1 || split(text, "and").length > 1) return null;
  const is = /^(.+?) is (known|missing|unknown)$/.exec(text);
  if (is && isOne(is[1])) return { field: is[1], operator: `is ${is[2]}`, value: "" };
  const found = comparison(text);
  if (found) return isOne(found.field) ? found : null;
  if (text.startsWith("not ")) return isOne(text.slice(4)) ? { field: text.slice(4).trim(), operator: "no", value: "" } : null;
  return isOne(text) ? { field: text, operator: "yes", value: "" } : null;
}

// A field of a row: a name, or one call.
const isOne = (text) => /^\.?[a-z]\w*(\.\w+)*$/.test(text.trim()) || /^[a-z]\w*\(.*\)$/s.test(text.trim()) && matching(text.trim()) === text.trim().length - 1;

function matching(text) {
  let depth = 0;
  for (const { sign, place } of outside(text)) {
    if (sign === "(" || sign === "[") depth += 1;
    if ((sign === ")" || sign === "]") && --depth === 0) return place;
  }
  return -1;
}

function comparison(text) {
  for (const [place, operator] of tops(text, /^(not in|in)\b/, true)) {
    return { field: text.slice(0, place).trim(), operator, value: text.slice(place + operator.length).trim() };
  }
  for (const [place, operator] of tops(text, /^(!=|<=|>=|=|<|>)/)) {
    return { field: text.slice(0, place).trim(), operator, value: text.slice(place + operator.length).trim() };
  }
  return null;
}

// Places outside brackets and quotes where the pattern stands.
function* tops(text, pattern, words = false) {
  let depth = 0;
  for (const { sign, place } of outside(text)) {
    if ("([".includes(sign)) depth += 1;
    if (")]".includes(sign)) depth -= 1;
    if (depth || (words && !/\s/.test(text[place - 1] ?? ""))) continue;
    const found = pattern.exec(text.slice(place));
    if (found) yield [place, found[1]];
  }
}

function* outside(text) {
  let quote = "";
  for (let place = 0; place < text.length; place += 1) {
    const sign = text[place];
    if (quote) {
      if (sign === "\\") place += 1;
      else if (sign === quote) quote = "";
    } else if (sign === '"' || sign === "'") quote = sign;
    else yield { sign, place };
  }
}

function split(text, word) {
  const parts = [];
  let start = 0;
  for (const [place] of tops(text, new RegExp(`^(${word})(?=[\\s(])`), true)) {
    parts.push(text.slice(start, place));
    start = place + word.length;
  }
  return [...parts, text.slice(start)].map((part) => part.trim());
}

// Without the brackets around the whole of it; null when brackets do not match.
function stripped(text) {
  let inner = text;
  while (inner.startsWith("(") && matching(inner) === inner.length - 1) inner = inner.slice(1, -1).trim();
  return inner;
}

// ---- values

export const quoted = (text) => (text.includes('"') && !text.includes("'") ? `'${text}'` : `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`);

export function unquoted(source) {
  const found = /^(["'])((?:[^\\]|\\.)*)\1$/s.exec(source.trim());
  return found ? found[2].replace(/\\(.)/g, "$1") : null;
}

// The texts of `["a", "b"]`, null for any other list.
export function listed(source) {
  const inner = /^\[(.*)\]$/s.exec(source.trim())?.[1];
  if (inner === undefined) return null;
  if (!inner.trim()) return [];
  const items = inner.match(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^,]+/g).map((item) => unquoted(item));
  return items.every((item) => item !== null) ? items : null;
}
