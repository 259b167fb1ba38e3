// A step is dragged by its card: the nearest place within reach is shown, never one within the step itself.
import * as ops from "./operations.js";

const REACH = 120;
const START = 6;

export function dragging(editor, root) {
  let drag = null;

  root.addEventListener("pointerdown", (event) => {
    const card = event.target.closest(".ed-card");
    if (!card || event.button !== 0 || event.pointerType === "touch") return;
    drag = { item: card.parentElement, card, x: event.clientX, y: event.clientY, on: false };
    editor.dragged = false;
  });

  window.addEventListener("pointermove", (event) => {
    if (!drag) return;
    if (!drag.on && Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < START) return;
    if (!drag.on) begin();
    drag.at = event;
    drag.frame ??= requestAnimationFrame(follow);
  });

  window.addEventListener("pointerup", () => finish(true));
  window.addEventListener("pointercancel", () => finish(false));
  window.addEventListener("keydown", (event) => event.key === "Escape" && drag?.on && finish(false));

  function begin() {
    drag.on = true;
    drag.found = editor.chosen(drag.item.dataset.key);
    drag.ghost = drag.card.cloneNode(true);
    drag.ghost.className = "ed-card ed-ghost";
    drag.ghost.classList.add(...[...drag.item.classList].filter((each) => each.startsWith("ed-k-")));
    document.body.append(drag.ghost);
    drag.item.classList.add("ed-lifted");
    root.classList.add("ed-dragging");
    drag.spots = spots(drag.item);
    getSelection()?.removeAllRanges();
  }

  // Every place once, measured when the drag begins: after a card, or at the top of a branch or section.
  function spots(item) {
    const edge = root.getBoundingClientRect();
    const shift = { x: root.scrollLeft, y: root.scrollTop };
    const found = [];
    for (const each of root.querySelectorAll(".ed-card, .ed-pill, .ed-head")) {
      const owner = each.parentElement;
      if (item.contains(owner)) continue;
      const box = each.getBoundingClientRect();
      found.push({ owner, x: box.left + box.width / 2 - edge.left + shift.x, y: box.bottom - edge.top + shift.y });
    }
    return found;
  }

  function follow() {
    drag.frame = null;
    if (!drag?.on) return;
    const { clientX, clientY } = drag.at;
    drag.ghost.style.setProperty("transform", `translate(${clientX + 8}px, ${clientY + 8}px)`);
    const edge = root.getBoundingClientRect();
    const x = clientX - edge.left + root.scrollLeft;
    const y = clientY - edge.top + root.scrollTop;
    let best = null;
    let least = REACH;
    for (const spot of drag.spots) {
      const far = Math.hypot((spot.x - x) * 0.6, spot.y - y);
      if (far < least) least = far, best = spot;
    }
    if (best?.owner !== drag.target) {
      drag.target?.classList.remove("ed-here");
      drag.target = best?.owner ?? null;
      drag.target?.classList.add("ed-here");
    }
  }

  function finish(drop) {
    if (!drag) return;
    const { on, target, found, item, ghost, frame } = drag;
    if (frame) cancelAnimationFrame(frame);
    drag = null;
    if (!on) return;
    ghost.remove();
    item.classList.remove("ed-lifted");
    target?.classList.remove("ed-here");
    root.classList.remove("ed-dragging");
    editor.dragged = true;
    setTimeout(() => (editor.dragged = false));
    const at = drop && target && editor.chosen(target.dataset.key);
    if (at && found && !ops.contains(found.path, editor.placeAfter(at).list)) editor.moveTo(found, editor.placeAfter(at));
  }
}
