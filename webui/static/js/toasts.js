// Short news: told by the server in the page, or by a module here; one polite live region for all.

const STAY = 6000;
const region = document.querySelector("#toasts");

export function toast(sentence, tone = "good") {
  const paragraph = document.createElement("p");
  paragraph.className = `ar-toast ar-tone-${tone}`;
  paragraph.textContent = sentence;
  region?.replaceChildren(paragraph);
}

function leave(paragraph) {
  setTimeout(() => {
    paragraph.dataset.leaving = "";
    setTimeout(() => paragraph.remove(), 400);
  }, STAY);
}

if (region) {
  [...region.children].forEach(leave);
  new MutationObserver((changes) => {
    for (const change of changes) [...change.addedNodes].filter((node) => node instanceof Element).forEach(leave);
  }).observe(region, { childList: true });
}

// htmx:error means that no answer came at all; an answer that tells of a fault is a part of the page.
document.addEventListener("htmx:error", () => toast(region?.dataset.failed ?? "", "bad"));
