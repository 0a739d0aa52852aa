// Before the first paint, so that nothing flashes: theme, density and language as they were chosen in this browser.
(function () {
  var root = document.documentElement;
  function kept(key) {
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  }
  var theme = kept("parley.theme");
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  if (kept("parley.density") === "compact") root.dataset.density = "compact";
  root.lang = kept("parley.language") || root.lang;
})();
