// Signed out while a page was open: nothing of it is lost. Once somebody has signed in again, in another tab, the forms
// here get the new session's token, and what was typed can be sent.
import { toast } from "./toasts.js";

async function back() {
  const notice = document.querySelector("[data-signed-out]");
  if (!notice || document.hidden) return;
  const answer = await fetch(notice.dataset.signedOut, { headers: { Accept: "application/json" } }).catch(() => null);
  if (!answer?.ok) return;
  const { token } = await answer.json();
  for (const field of document.querySelectorAll("input[name=csrf_token]")) field.value = token;
  toast(notice.dataset.signedIn);
  notice.remove();
}
addEventListener("focus", back);
document.addEventListener("visibilitychange", back);
