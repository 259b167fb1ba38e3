// The grid of a decision table: read, written, and pasted from a spreadsheet. Pure.

// The rows of a scale, which may also be records by the names of their columns.
export function source(rows) {
  if (!Array.isArray(rows)) return rows ?? "";
  const heads = [...new Set(rows.flatMap(Object.keys))];
  return writeGrid({ heads, rows: rows.map((row) => heads.map((head) => String(row[head] ?? "any"))) });
}

export function readGrid(source) {
  const lines = source.split(/\r?\n/).filter((line) => line.trim());
  const heads = lines.length ? cells(lines[0]) : [];
  const rows = lines.slice(1).map((line) => fit(cells(line), heads.length));
  return { heads, rows };
}

export function writeGrid({ heads, rows }) {
  const lines = [heads, ...rows];
  return lines.map((line) => line.map((cell) => cell.trim() || "any").join(" | ")).join("\n") + "\n";
}

export const isResult = (head) => head.trim().startsWith("=");

const fit = (line, size) => Array.from({ length: size }, (_, place) => line[place] ?? "any");

function cells(line) {
  const found = [];
  let cell = "";
  let quote = "";
  for (const sign of line.trim().replace(/^\||\|$/g, "")) {
    if (sign === "|" && !quote) {
      found.push(cell.trim());
      cell = "";
      continue;
    }
    if (sign === "'" || sign === '"') quote = quote === sign ? "" : quote || sign;
    cell += sign;
  }
  return [...found, cell.trim()].map((each) => (each.startsWith("=") && !/^=[=<>]/.test(each) ? `= ${each.slice(1).trim()}` : each));
}

// Rows of a spreadsheet, laid over the grid from a cell on; new rows are made, what does not fit to the right is left.
export function paste(grid, row, column, text) {
  const lines = text.replace(/\r?\n$/, "").split(/\r?\n/).map((line) => line.split("\t"));
  const rows = grid.rows.map((line) => [...line]);
  lines.forEach((line, down) => {
    const target = (rows[row + down] ??= fit([], grid.heads.length));
    line.forEach((cell, across) => {
      if (column + across < grid.heads.length) target[column + across] = cleaned(cell);
    });
  });
  return { heads: grid.heads, rows };
}

const cleaned = (cell) => cell.trim().replace(/\s*\n\s*/g, " ").replaceAll("|", "/") || "any";

export function addColumn({ heads, rows }, head) {
  const place = isResult(head) ? heads.length : heads.findIndex(isResult);
  const into = (line, cell) => [...line.slice(0, place), cell, ...line.slice(place)];
  return { heads: into(heads, head), rows: rows.map((line) => into(line, "any")) };
}

export function removeColumn({ heads, rows }, place) {
  const without = (line) => line.filter((_, each) => each !== place);
  return { heads: without(heads), rows: rows.map(without) };
}

export const addRow = ({ heads, rows }, place) => ({ heads, rows: [...rows.slice(0, place), fit([], heads.length), ...rows.slice(place)] });
export const removeRow = ({ heads, rows }, place) => ({ heads, rows: rows.filter((_, each) => each !== place) });

export function moveRow({ heads, rows }, place, by) {
  const other = place + by;
  if (other < 0 || other >= rows.length) return { heads, rows };
  const copy = [...rows];
  [copy[place], copy[other]] = [copy[other], copy[place]];
  return { heads, rows: copy };
}
