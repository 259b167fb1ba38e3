// The draft saves itself two seconds after the last change, whole, under the revision it has seen. Until the server
// has it, a copy stands in this browser: closing the page loses nothing.
import { gettext as _ } from "../i18n.js";
import { plain } from "./operations.js";

const PAUSE = 2000;
const AGAIN = 15000;
const HEARTBEAT = 20000;

export class Saving {
  constructor(editor, given) {
    this.editor = editor;
    this.urls = given.urls;
    this.revision = given.revision;
    this.place = `ariane-draft:${location.host}:${given.key}`;
    this.state = document.querySelector("#ed-saved");
    this.people = document.querySelector("#ed-people");
    this.token = document.querySelector("meta[name=csrf-token]").content;
    this.saved = editor.document;
  }

  begin() {
    this.tell("saved");
    this.#rescue();
    setInterval(() => document.visibilityState === "visible" && this.#beat(), HEARTBEAT);
    this.#beat();
    addEventListener("beforeunload", (event) => this.waiting && (this.#keep(), this.now(), event.preventDefault()));
    document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && this.waiting && this.now());
    addEventListener("online", () => this.waiting && this.now());
  }

  changed() {
    this.waiting = true;
    this.tell("changed");
    this.#keep();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.now(), PAUSE);
  }

  async now() {
    if (this.under || !this.waiting) return;
    const sent = this.editor.document;
    this.under = true;
    this.tell("saving");
    const answer = await this.put(sent, this.revision).catch(() => null);
    this.under = false;
    if (answer?.status === 409) return this.#conflict(await answer.json());
    if (!answer?.ok) return this.#later(answer);
    const told = await answer.json();
    this.revision = told.revision;
    this.waiting = this.editor.document !== sent;
    if (!this.waiting) localStorage.removeItem(this.place);
    this.tell(this.waiting ? "changed" : "saved");
    this.#present(told.present);
    this.editor.judge(told);
    if (this.waiting) this.changed();
  }

  put(sent, revision) {
    return fetch(this.urls.draft, {
      method: "PUT", body: JSON.stringify(sent),
      headers: { "Content-Type": "application/json", "If-Match": `"${revision}"`, Accept: "application/json", "X-CSRFToken": this.token },
    });
  }

  post(address, body, type = "application/json") {
    return fetch(address, { method: "POST", body, headers: { "Content-Type": type, Accept: "application/json", "X-CSRFToken": this.token } });
  }

  // Writes over what another author saved; he finds his state among the kept ones.
  async overwrite(revision) {
    this.revision = revision;
    this.waiting = true;
    await this.now();
  }

  takeOver(theirs) {
    this.revision = theirs.revision;
    this.waiting = false;
    localStorage.removeItem(this.place);
    this.tell("saved");
  }

  tell(state) {
    const words = { saved: _("Saved"), changed: _("Not saved yet"), saving: _("Saving…"), failed: _("Kept in this browser; will be sent again"), conflict: _("Another author saved") };
    this.state.textContent = words[state];
    this.state.dataset.state = state;
  }

  async #later(answer) {
    this.tell("failed");
    if (answer?.status === 401 || answer?.status === 400) await this.#renew();
    if (answer && answer.status < 500 && answer.status !== 429) {
      const told = await answer.json().catch(() => ({}));
      this.editor.toast(told.detail ?? _("This could not be saved."), "bad");
    }
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.now(), AGAIN);
  }

  // After signing in again in another tab: the new session has another token.
  async #renew() {
    const answer = await fetch("/account/token", { headers: { Accept: "application/json" } }).catch(() => null);
    if (answer?.ok) this.token = (await answer.json()).token;
  }

  #conflict(theirs) {
    this.tell("conflict");
    this.editor.conflict(theirs);
  }

  #keep() {
    clearTimeout(this.keeping);
    this.keeping = setTimeout(() => {
      try {
        localStorage.setItem(this.place, JSON.stringify({ revision: this.revision, document: plain(this.editor.document) }));
      } catch { /* no room: the server has it in two seconds */ }
    }, 200);
  }

  // What was not sent when the page was closed comes back; another author's save in between is a conflict, told.
  #rescue() {
    let kept = null;
    try {
      kept = JSON.parse(localStorage.getItem(this.place) ?? "null");
    } catch { /* not ours */ }
    if (!kept?.document?.sections || JSON.stringify(kept.document) === JSON.stringify(plain(this.editor.document))) return;
    this.editor.restore(kept.document);
    this.revision = kept.revision;
    this.editor.toast(_("Your last changes were still in this browser: they are back."), "info");
  }

  async #beat() {
    const answer = await this.post(this.urls.presence, "").catch(() => null);
    if (!answer?.ok) return;
    const told = await answer.json();
    this.#present(told.present, told.revision > this.revision ? told.by : "");
  }

  #present(names, by = "") {
    const here = names?.length ? _("%(names)s also has this draft open", { names: names.join(", ") }) : "";
    const saved = by ? _("%(name)s has saved since you opened it", { name: by }) : "";
    this.people.textContent = saved || here;
    this.people.hidden = !saved && !here;
  }
}
