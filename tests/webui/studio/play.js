// Plays a series of operations in the browser; every state of the document, as JSON. Undo and redo are proved on the way.
async (acts) => {
  const base = document.querySelector('script[src*="studio/editor.js"]').src.replace("editor.js", "");
  const [ops, kinds, { History }] = await Promise.all(["operations.js", "kinds.js", "history.js"].map((each) => import(base + each)));
  const history = new History(ops.adopt(window.startDocument));
  const states = [JSON.stringify(history.document)];
  const known = arianeEditor.known();
  const all = () => [...ops.visit(history.document)];
  const places = () => ops.trunks(history.document).flatMap((list) => [{ list, index: 0 }]).concat(all().flatMap(({ step, path }) => [
    { list: ops.listOf(path), index: ops.indexOf(path) + 1 },
    ...kinds.branchesOf(step).map(({ slot }) => ({ list: [...path, ...slot], index: 0 }))]));
  const one = (list, n) => list[n % list.length];
  let clip = "";
  const does = {
    insert: (a, b) => (held) => ops.insert(held, one(places(), a), [kinds.fresh(one(kinds.KINDS, b), one(kinds.KINDS, b), known)]),
    remove: (a) => (held) => ops.remove(held, one(all(), a).path),
    move: (a, b) => (held) => ops.move(held, one(all(), a).path, one(places(), b)),
    step: (a, b) => (held) => { const { path } = one(all(), a); const to = ops.neighbour(held, path, one(["up", "down", "left", "right"], b)); return to ? ops.move(held, path, to) : held; },
    wrap: (a) => (held) => ops.wrap(held, one(all(), a).path, "decision"),
    dissolve: (a, b) => (held) => { const { step, path } = one(all(), a); const branches = kinds.branchesOf(step); return branches.length ? ops.dissolve(held, path, one(branches, b).slot) : held; },
    copy: (a) => (held) => { clip = ops.clip([one(all(), a).step]); return held; },
    paste: (a) => (held) => clip ? ops.insert(held, one(places(), a), ops.unclip(clip)) : held,
    rename: (a, b) => (held) => { const id = one([...ops.ids(held)], a); return ops.rename(held, id, ops.freeId(ops.ids(held), "renamed_" + b)); },
    unbranch: (a, b) => (held) => { const { step, path } = one(all(), a); const branches = kinds.branchesOf(step).filter(({ slot }) => slot.length > 1 || !["steps", "is"].includes(slot[0])); return branches.length ? ops.removeBranch(held, path, one(branches, b).slot) : held; },
    swap: (a, b) => (held) => { const { step, path } = one(all(), a); const branches = kinds.branchesOf(step); return branches.length ? ops.moveBranch(held, path, one(branches, b).slot, b % 2 ? 1 : -1) : held; },
    section: (a) => (held) => ops.addSection(held, a % (held.sections.length + 1), "section", { en: "New" }, { close: Object.keys(held.outcomes)[0], id: "end" }),
    unsection: (a) => (held) => ops.removeSection(held, a % held.sections.length),
    shift: (a, b) => (held) => ops.moveSection(held, a % held.sections.length, b % 2 ? 1 : -1),
    replace: () => (held) => ops.replaceText(held, "e", "é").document,
  };
  for (const [name, a, b] of acts) {
    try {
      history.push(does[name](a, b)(history.document));
    } catch (error) {
      if (!(error instanceof ops.Refused)) throw error;
    }
    states.push(JSON.stringify(history.document));
    const uids = all().map(({ step }) => step[ops.UID]);
    if (uids.some((uid) => !uid) || new Set(uids).size !== uids.length) throw new Error("uid after " + name);
  }
  const distinct = states.filter((state, place) => place === 0 || state !== states[place - 1]);
  for (const state of [...distinct].reverse().slice(1)) {
    history.undo();
    if (JSON.stringify(history.document) !== state) throw new Error("undo");
  }
  while (history.redo());
  if (JSON.stringify(history.document) !== distinct.at(-1)) throw new Error("redo");
  return states;
}
