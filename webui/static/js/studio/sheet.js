// A grid edited like a spreadsheet: of a decision table, or of a scale among the figures.
import { html, nothing } from "lit-html";
import { gettext as _, ngettext } from "../i18n.js";
import { add, field, group, pickName, select, small } from "./fields.js";
import * as grids from "./grid.js";
import { askText } from "./dialogs.js";

const SHOWN = 200;
const SCALE = /^\s*setting\.(\w+)\s*$/;
const HINT = _("Paste from a spreadsheet into any cell. “any” fits everything; “3..5”, “> 3” and “late, lost” work too.");

// The rows of a table: its own, or those of a scale among the figures of the business.
export function table(panel, step, set) {
  const { editor } = panel;
  const scales = Object.entries(editor.document.settings ?? {}).filter(([, spec]) => spec.rows).map(([name, spec]) => [name, editor.words.pick(spec.label) || name.replaceAll("_", " ")]);
  const named = SCALE.exec(step.rows)?.[1];
  const turn = (next) => set(["rows"], next ? `setting.${next}` : grids.source(editor.document.settings?.[named]?.rows) || "walker | = result\nany | yes\n");
  const from = scales.length ? field(_("Rows"), select(Object.fromEntries(scales), named, turn, { none: _("written here") })) : nothing;
  if (named) return html`${from}<p class="ar-hint">${_("These rows are kept among the figures of the business, on the “Process” tab.")}</p>`;
  const wrong = new Map(editor.faults.filter((fault) => fault.step === step.table && fault.key.startsWith("rows")).map((fault) => [rowOf(fault), fault]));
  return html`${from}${group(_("Rows, the first that fits wins"), sheet(panel, step.rows, (next, word) => set(["rows"], next, word), wrong), HINT)}`;
}

// The rows of a figure that is a scale.
export function scale(panel, rows, set) {
  return group(_("Rows"), sheet(panel, grids.source(rows), set), HINT);
}

export function sheet(panel, source, set, wrong = new Map()) {
  const { editor } = panel;
  const grid = grids.readGrid(source);
  const put = (next, word) => set(grids.writeGrid(next), word);
  const shown = Math.min(grid.rows.length, panel.rows ?? SHOWN);
  const edit = (row, column, cell) => put({ ...grid, rows: grid.rows.map((each, place) => (place === row ? each.map((old, here) => (here === column ? cell.replaceAll("|", "/") : old)) : each)) }, `cell ${row} ${column}`);
  const paste = (event, row, column) => {
    const text = event.clipboardData.getData("text/plain");
    if (!/[\t\n]/.test(text.trim())) return;
    event.preventDefault();
    put(grids.paste(grid, row, column, text));
    editor.say(ngettext("%(num)s row pasted", "%(num)s rows pasted", text.trim().split("\n").length));
  };
  const head = async (place) => {
    const result = grids.isResult(grid.heads[place]);
    const next = result ? await askText(_("Name of the result"), grid.heads[place].replace(/^=\s*/, "")) : await pickName(editor, _("Which field?"));
    if (next) put({ ...grid, heads: grid.heads.map((each, here) => (here === place ? `${result ? "= " : ""}${next.trim()}` : each)) });
  };
  const column = async () => {
    const path = await pickName(editor, _("Which field?"));
    if (path) put(grids.addColumn(grid, path));
  };
  const heads = grid.heads.map((each, place) => html`<th scope="col" class=${grids.isResult(each) ? "ed-result" : ""}><button type="button" class="ed-name-button" @click=${() => head(place)}>${grids.isResult(each) ? `= ${each.replace(/^=\s*/, "").replaceAll("_", " ")}` : editor.words.field(each)}</button>${grid.heads.length > 2 ? small(editor, "x", _("Delete this column"), () => put(grids.removeColumn(grid, place)), grids.isResult(each)) : nothing}</th>`);
  const line = (row, place) => {
    const fault = wrong.get(place + 1);
    const cell = (held, here) => html`<td class=${grids.isResult(grid.heads[here] ?? "") ? "ed-result" : ""}><input data-cell="${place}:${here}" aria-label=${`${grid.heads[here]} ${place + 1}`} aria-invalid=${fault?.level === "error" ? "true" : nothing} .value=${held} @change=${(event) => edit(place, here, event.target.value)} @paste=${(event) => paste(event, place, here)} @keydown=${(event) => walk(event, place, here)}></td>`;
    return html`<tr class=${fault ? `ed-row-${fault.level}` : ""}><th scope="row" title=${fault?.text ?? nothing}>${place + 1}</th>${row.map(cell)}<td class="ed-row-tools">${small(editor, "plus", _("Row below"), () => put(grids.addRow(grid, place + 1)))}${small(editor, "x", _("Delete this row"), () => put(grids.removeRow(grid, place)), grid.rows.length < 2)}</td></tr>`;
  };
  return html`<div class="ed-sheet" tabindex="0" role="region" aria-label=${_("Rows")}><table><thead><tr><th></th>${heads}<th></th></tr></thead><tbody>${grid.rows.slice(0, shown).map(line)}</tbody></table></div>
    ${shown < grid.rows.length ? html`<button type="button" class="ed-add" @click=${() => ((panel.rows = shown + 500), panel.draw())}>${_("%(number)s more rows", { number: grid.rows.length - shown })}</button>` : nothing}
    <div class="ed-row ed-wrap">${add(editor, _("Row"), () => put(grids.addRow(grid, grid.rows.length)))}${add(editor, _("Column"), column)}</div>
    ${[...new Set(wrong.values())].map((fault) => html`<p class="ed-fault ed-fault-${fault.level}">${fault.text}</p>`)}`;
}

// Arrows and Enter go from cell to cell, as in a spreadsheet.
function walk(event, row, column) {
  const way = { ArrowDown: [1, 0], ArrowUp: [-1, 0], Enter: [1, 0] }[event.key];
  if (!way) return;
  const next = event.currentTarget.closest("table").querySelector(`[data-cell="${row + way[0]}:${column}"]`);
  if (next) next.focus(), next.select(), event.preventDefault();
}

const rowOf = (fault) => Number(/(\d+)/.exec(fault.key)?.[1] ?? /(?:row|ligne) (\d+)/i.exec(fault.text)?.[1] ?? 0);
