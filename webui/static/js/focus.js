// After a part of the page was replaced the focus would be on the body: it goes to the fault, else to the new title.

document.addEventListener("htmx:after:swap", (event) => {
  const swapped = event.detail.ctx?.target;
  if (swapped instanceof Element && swapped.closest("[data-live]")) return;
  const notice = document.querySelector("#notices [data-focus]");
  const target = notice ?? document.querySelector("#content [data-focus]") ?? document.querySelector("#content h1[tabindex]");
  if (!target) return;
  target.focus({ preventScroll: true });
  // The next step begins where the page does, not where the last one was answered. A customer reads the state first.
  const start = target.closest("#guide, .s-page");
  if (start && start.getBoundingClientRect().top < 0) scrollTo(0, 0);
  else target.scrollIntoView({ block: target.matches("h1") ? "nearest" : "center" });
});

// What was wrong before is not wrong any more when something new is tried.
document.addEventListener("htmx:before:request", () => document.querySelector("#notices")?.replaceChildren());

// A page that arrives with a fault shows it first.
document.querySelector("[data-focus]")?.focus();
