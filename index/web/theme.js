/* Set light or dark before anything is painted: what was chosen on this page, else what the system
 * says. A plain script, since modules run after the first paint. */
(function () {
  "use strict";
  var chosen = null;
  try {
    chosen = localStorage.getItem("clac-theme");
  } catch (error) {
    /* storage may be forbidden: the system's choice then */
  }
  var dark = chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.dataset.theme = dark ? "dark" : "light";
})();
