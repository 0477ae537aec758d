// Sets the colours before the first paint. A file of its own, because the page's policy forbids inline scripts;
// not a module, because a module runs after the first paint.
(() => {
  let chosen = null;
  try {
    chosen = localStorage.getItem("atoll-colors");
  } catch {
    // Storage is switched off: follow the system.
  }
  const dark =
    chosen === "dark" || (chosen !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.setAttribute("data-mantine-color-scheme", dark ? "dark" : "light");
})();
