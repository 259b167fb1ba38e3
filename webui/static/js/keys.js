// One listener for all single keys: an element says which key presses it with data-key. Keys never act inside a field,
// with a modifier, or while a dialog is open, and the reader can switch them off.

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.repeat || document.body.dataset.keys === "off" || isTyping(event.target, event.key)) return;
  if (document.querySelector("dialog[open]")) return;
  const target = event.key === "Enter" ? onlyAnswer(event.target) : holder(event.key);
  if (!target) return;
  event.preventDefault();
  if (target.matches("input, textarea, select")) target.focus();
  else target.click();
});

// A tick or a radio button takes no letters: digits go on from there. Enter in it sends its own form.
function isTyping(element, key) {
  const field = element instanceof Element && element.closest("input, textarea, select, [contenteditable]");
  return Boolean(field) && (key === "Enter" || !field.matches("[type=radio], [type=checkbox]"));
}

function holder(key) {
  if (key === "?") return document.querySelector('[data-opens="keys-help"]');
  // What was opened by a key takes the next one first: "P", then a digit.
  const opened = document.querySelector("[data-keys-first][open]")?.querySelectorAll(`[data-key="${CSS.escape(key.toLowerCase())}"]`) ?? [];
  const held = [...opened, ...document.querySelectorAll(`[data-key="${CSS.escape(key.toLowerCase())}"]`)];
  return held.find((element) => !element.disabled && element.checkVisibility());
}

// Enter confirms only when nothing has the focus and there is exactly one thing to confirm.
function onlyAnswer(focused) {
  if (focused instanceof Element && focused.closest("a, button, summary, [role=treeitem]")) return null;
  const answers = document.querySelectorAll("#content .ar-answer, #content [data-confirm]");
  return answers.length === 1 ? answers[0] : null;
}
