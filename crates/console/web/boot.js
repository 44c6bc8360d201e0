// Runs before the first paint, so that the chosen theme and language do not flash.
(function () {
  try {
    var kept = JSON.parse(localStorage.getItem("recoup") || "{}");
    if (kept.theme === "light" || kept.theme === "dark") document.documentElement.dataset.theme = kept.theme;
    if (kept.density === "compact") document.documentElement.dataset.density = "compact";
    if (kept.locale) document.documentElement.lang = kept.locale;
  } catch {
    // A browser that keeps nothing shows the system's theme.
  }
})();
