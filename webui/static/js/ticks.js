// One box ticks all boxes of its form that have the name it holds.
document.addEventListener("change", (event) => {
  const name = event.target.dataset?.tickAll;
  if (!name) return;
  for (const box of event.target.form?.querySelectorAll(`input[type=checkbox][name="${CSS.escape(name)}"]`) ?? []) {
    box.checked = event.target.checked;
  }
});
