// Copies a value (data-copy) or the plain text of an element (data-copy-from), and says so.
import { toast } from "./toasts.js";

document.addEventListener("click", async (event) => {
  const button = event.target instanceof Element && event.target.closest("[data-copy], [data-copy-from]");
  if (!button) return;
  const text = button.dataset.copy ?? document.querySelector(button.dataset.copyFrom)?.innerText ?? "";
  await navigator.clipboard.writeText(text.trim());
  toast(document.querySelector("#toasts").dataset.copied);
});
