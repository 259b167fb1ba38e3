// The command palette: Ctrl+K opens it, arrows choose, Enter goes there. Without it the search box does the same.
const palette = document.getElementById("palette");

document.addEventListener("keydown", (event) => {
  if (!palette || event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey) return;
  event.preventDefault();
  if (palette.open) palette.close();
  else open();
});

palette?.addEventListener("keydown", (event) => {
  if (event.key === "Enter") {
    event.preventDefault();
    palette.querySelector('[aria-selected="true"] a')?.click();
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    choose(event.key === "ArrowDown" ? 1 : -1);
  }
});

function open() {
  const box = palette.querySelector("input");
  box.value = "";
  palette.showModal();
  box.focus();
  box.dispatchEvent(new Event("input", { bubbles: true }));
}

function choose(by) {
  const choices = [...palette.querySelectorAll("[role=option]")];
  if (!choices.length) return;
  const at = choices.findIndex((choice) => choice.getAttribute("aria-selected") === "true");
  const next = (at + by + choices.length) % choices.length;
  choices.forEach((choice, place) => choice.setAttribute("aria-selected", String(place === next)));
  choices[next].scrollIntoView({ block: "nearest" });
}
