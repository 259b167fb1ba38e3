// A text half typed survives the page around it being drawn anew: a turn of the walk, a colleague's step, a reload.
// It is kept in this tab alone, and forgotten once it is sent.
const place = (box) => `ar-typed ${box.form?.getAttribute("action") ?? location.pathname} ${box.name}`;

document.addEventListener("input", (event) => {
  const box = event.target.closest?.("[data-keep]");
  if (box) sessionStorage.setItem(place(box), box.value);
});

document.addEventListener("submit", (event) => {
  for (const box of event.target.querySelectorAll("[data-keep]")) sessionStorage.removeItem(place(box));
});

function fill() {
  for (const box of document.querySelectorAll("[data-keep]")) box.value ||= sessionStorage.getItem(place(box)) ?? "";
}
document.addEventListener("htmx:after:swap", fill);
fill();
