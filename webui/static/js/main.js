// The entry of staff pages: each module adds one behaviour to a page that already works without it.
import "./keys.js";
import "./focus.js";
import "./toasts.js";
import "./copy.js";
import "./menus.js";
import "./ages.js";
import "./ahead.js";
import "./ticks.js";
import "./typed.js";
import "./again.js";
import "./palette.js";
