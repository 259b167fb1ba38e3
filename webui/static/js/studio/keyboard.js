// The tree by keyboard: one tab stop, arrows walk, everything the mouse does has a key.

export function keyboard(editor, root, panel) {
  root.addEventListener("keydown", (event) => {
    const item = event.target.closest("[data-key]");
    if (!item || event.isComposing) return;
    const act = chosenAct(editor, root, panel, event, item);
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  });
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.target.closest("input, textarea, select, [contenteditable], dialog")) return;
    const key = event.key.toLowerCase();
    const act = key === "z" ? (event.shiftKey ? () => editor.redo() : () => editor.undo()) : key === "y" ? () => editor.redo() : key === "f" ? () => editor.find() : null;
    if (!act) return;
    event.preventDefault();
    act();
  });
}

const WAYS = { ArrowUp: "up", ArrowDown: "down", ArrowLeft: "left", ArrowRight: "right" };

function chosenAct(editor, root, panel, event, item) {
  if (event.ctrlKey || event.metaKey) {
    const acts = { c: () => editor.copy(), x: () => editor.copy(true), v: () => editor.paste(), d: () => editor.wrap() };
    return event.shiftKey ? null : acts[event.key.toLowerCase()];
  }
  if (event.altKey) return WAYS[event.key] && (() => editor.move(WAYS[event.key]));
  const go = (to) => () => to && editor.select(to.dataset.key);
  const shown = () => [...root.querySelectorAll("[data-key]")];
  switch (event.key) {
    case "ArrowDown": return go(beside(shown(), item, 1));
    case "ArrowUp": return go(beside(shown(), item, -1));
    case "ArrowRight": return item.getAttribute("aria-expanded") === "false" ? () => editor.toggle(item.dataset.key, true) : go(item.querySelector("[data-key]"));
    case "ArrowLeft": return item.getAttribute("aria-expanded") === "true" ? () => editor.toggle(item.dataset.key, false) : go(item.parentElement.closest("[data-key]"));
    case "Home": return go(shown()[0]);
    case "End": return go(shown().at(-1));
    case "+": case "Insert": return () => editor.insert();
    case "Enter": return () => panel.toFirst();
    case "F2": return () => panel.toTitle();
    case "Delete": case "Backspace": return () => editor.remove();
    case "m": return () => editor.moveMenu();
    case "w": return () => editor.wrap();
    case "*": return () => editor.openAll(true);
    default: return null;
  }
}

const beside = (all, item, by) => all[all.indexOf(item) + by];
