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
