// Hover or focus on an answer has the server read ahead what the next step needs. It is a GET and changes nothing.

const asked = new Set();

function ahead(event) {
  const address = event.target instanceof Element && event.target.closest("[data-ahead]")?.dataset.ahead;
  if (!address || asked.has(address)) return;
  asked.add(address);
  fetch(address, { priority: "low" }).catch(() => asked.delete(address));
}

document.addEventListener("pointerover", ahead);
document.addEventListener("focusin", ahead);
