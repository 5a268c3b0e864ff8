/** What the menu of a port says. */
export const chipMenuText = {
  name: (address: string) => `More for ${address}`,
  copy: (words: string) => `Copy ${words}`,
  open: "Open in the browser",
  copied: (words: string) => `Copied ${words}`,
};
