// Sentences that modules tell, from the same catalogue as the pages. Import `gettext` where a module speaks.

const language = document.documentElement.lang;
const sentences = await fetch(`/i18n/${language}.json`)
  .then((answer) => (answer.ok ? answer.json() : {}))
  .catch(() => ({}));

export function gettext(msgid, params = {}) {
  return filled(one(sentences[msgid]) || msgid, params);
}

export function ngettext(singular, plural, number, params = {}) {
  const forms = sentences[singular];
  const few = language === "fr" ? number < 2 : number === 1;
  const told = Array.isArray(forms) ? forms[few ? 0 : 1] : "";
  return filled(told || (few ? singular : plural), { num: number, ...params });
}

function one(told) {
  return Array.isArray(told) ? told[0] : told;
}

function filled(sentence, params) {
  return sentence.replace(/%\((\w+)\)[sd]/g, (whole, name) => params[name] ?? whole);
}
