// Menus are <details>, dialogs <dialog>: they close with Escape, menus also with a click elsewhere.

document.addEventListener("click", (event) => {
  if (!(event.target instanceof Element)) return;
  for (const menu of document.querySelectorAll("details.ar-menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
  const opener = event.target.closest("[data-opens]");
  if (!opener) return;
  opener.closest("details.ar-menu")?.removeAttribute("open");
  document.getElementById(opener.dataset.opens)?.showModal();
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.ar-menu[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
