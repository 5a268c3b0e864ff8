/** So many pixels below the top of what it is in. The content security policy allows no styles in the markup. */
export function placed(top: number) {
  return (element: HTMLElement) => {
    element.style.top = `${top}px`;
  };
}

/** So many pixels high. */
export function high(height: number) {
  return (element: HTMLElement) => {
    element.style.height = `${height}px`;
  };
}

/** A point of the window, and how large the window is, in the pixels of styles: with larger text these are larger. */
export function inStyles(x: number, y: number): { x: number; y: number; width: number; height: number } {
  const zoom = Number(document.documentElement.style.getPropertyValue("--zoom")) || 1;
  return { x: x / zoom, y: y / zoom, width: innerWidth / zoom, height: innerHeight / zoom };
}
