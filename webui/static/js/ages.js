// "read 12 seconds ago" goes on counting. The page's clock is the server's business clock, not this computer's.

const STEP = 15000;
const UNITS = [["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];
const shift = Date.parse(document.body.dataset.now) - Date.now();
const words = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "always" });

export function age(moment, now) {
  const seconds = Math.round((moment - now) / 1000);
  const [unit, length] = UNITS.find(([, size]) => Math.abs(seconds) >= size) ?? ["second", 1];
  return words.format(Math.trunc(seconds / length), unit);
}

setInterval(() => {
  for (const time of document.querySelectorAll("time[data-ago]")) {
    time.textContent = age(Date.parse(time.dateTime), Date.now() + shift);
  }
}, STEP);
