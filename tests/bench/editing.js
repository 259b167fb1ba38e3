// One act of the editor, timed with the layout it asks for; the median of some, each on another step.
async ([name, times]) => {
  const editor = window.arianeEditor;
  const root = document.querySelector("#ed-canvas");
  const base = document.querySelector('script[src*="studio/editor.js"]').src.replace("editor.js", "");
  const ops = await import(base + "operations.js");
  const steps = () => [...ops.visit(editor.document)].filter(({ step }) => step.say);
  const placeOf = (path, index) => ({ list: ops.listOf(path), index });
  const acts = {
    edit: (n) => {
      const { path } = steps()[n * 7];
      return () => editor.apply((held) => ops.put(held, [...path, "text", "en"], `Edited ${n}`));
    },
    insert: (n) => {
      const { path } = steps()[n * 7];
      const step = { say: `new_${n}`, text: { en: "New" } };
      return () => editor.apply((held) => ops.insert(held, placeOf(path, ops.indexOf(path)), [step]));
    },
    drop: (n) => {
      const all = steps();
      const found = editor.chosen(String(all[n * 7].step[ops.UID]));
      const to = placeOf(all[n * 7 + 9].path, 0);
      return () => editor.moveTo(found, to);
    },
  };
  const spent = [];
  for (let n = 0; n < times; n += 1) {
    const act = acts[name](n);
    root.offsetHeight;
    const start = performance.now();
    act();
    root.offsetHeight;
    spent.push(performance.now() - start);
    await new Promise((next) => setTimeout(next, 60));
  }
  return spent.sort((a, b) => a - b)[times >> 1];
}
