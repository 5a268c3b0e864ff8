// uPlot makes a number format of the browser's language as it is loaded, and fails where that is none: WebKitGTK says “c” in
// the C locale. This has to be imported before it.
try {
  new Intl.NumberFormat(navigator.language);
} catch {
  Object.defineProperty(navigator, "language", { value: "en", configurable: true });
}
