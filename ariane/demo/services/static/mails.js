// The list of mails, fetched again every three seconds and put in place only when it has changed: focus is not lost.
const every = 3000;
const shown = document.getElementById("mails");
let last = shown.innerHTML;

async function look() {
  try {
    const answer = await fetch(location.href, { cache: "no-store" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const now = page.getElementById("mails").innerHTML;
    if (now !== last) {
      last = now;
      shown.innerHTML = now;
    }
    document.querySelector(".clock").textContent = page.querySelector(".clock").textContent;
  } catch {
    // The demo is being restarted: the list stays as it is until the next look.
  }
  setTimeout(look, every);
}

setTimeout(look, every);
