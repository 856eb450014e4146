/** Calls back when VS Code changed its colours, or the system its contrast. Answers how to stop listening. */
export function onThemeChange(changed: () => void): () => void {
  const observer = new MutationObserver(changed);
  observer.observe(document.body, { attributes: true, attributeFilter: ['class'] });
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style'] });
  const forced = matchMedia('(forced-colors: active)');
  forced.addEventListener('change', changed);
  return () => {
    observer.disconnect();
    forced.removeEventListener('change', changed);
  };
}

const colors = new Map<string, string>();
onThemeChange(() => colors.clear());

/** The colour that a custom property of the style sheet has now. */
export function themeColor(property: string): string {
  const known = colors.get(property);
  if (known !== undefined) return known;
  const color = getComputedStyle(document.documentElement).getPropertyValue(property).trim();
  colors.set(property, color);
  return color;
}
