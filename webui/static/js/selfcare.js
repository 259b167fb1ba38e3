// Customers' pages: the focus follows a replaced step, and a broken connection is said. Nothing else is needed.
import "./focus.js";
import "./toasts.js";
