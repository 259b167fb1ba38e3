// Undo and redo: documents share what did not change, so that a hundred of them cost little.

const MOST = 100;

export class History {
  constructor(document) {
    this.past = [];
    this.future = [];
    this.document = document;
  }

  // Changes of one field while it is typed in are one step back: those with the same `word` in a row.
  push(document, word = null) {
    if (document === this.document) return;
    if (word === null || word !== this.word) this.past = [...this.past, this.document].slice(-MOST);
    this.word = word;
    this.future = [];
    this.document = document;
  }

  undo() {
    return this.#step(this.past, this.future);
  }

  redo() {
    return this.#step(this.future, this.past);
  }

  #step(from, to) {
    if (!from.length) return false;
    to.push(this.document);
    this.document = from.pop();
    this.word = null;
    return true;
  }
}
