// A text half typed survives the page around it being drawn anew: a turn of the walk, a colleague's step, a reload.
// It is kept in this tab alone, and forgotten once it has been sent: an answer that refuses it leaves it there.
const place = (box) => `ar-typed ${box.form?.getAttribute("action") ?? location.pathname} ${box.name}`;

document.addEventListener("input", (event) => {
  const box = event.target.closest?.("[data-keep]");
  if (box) sessionStorage.setItem(place(box), box.value);
});

let sent = [];
document.addEventListener("submit", (event) => {
  sent = [...event.target.querySelectorAll("[data-keep]")].map(place);
});
document.addEventListener("htmx:after:request", (event) => {
  const { request, response } = event.detail.ctx;
  if (request.method === "GET") return;
  if (response.status < 400) for (const name of sent) sessionStorage.removeItem(name);
  sent = [];
});

function fill() {
  for (const box of document.querySelectorAll("[data-keep]")) box.value ||= sessionStorage.getItem(place(box)) ?? "";
}
document.addEventListener("htmx:after:swap", fill);
fill();
