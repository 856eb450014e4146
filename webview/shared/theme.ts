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

const styles = new Map<string, string>();
onThemeChange(() => styles.clear());

/** The colour that a custom property of the style sheet has now. */
export function themeColor(property: string): string {
  return known(property, () => getComputedStyle(document.documentElement).getPropertyValue(property).trim());
}

/** The family of the page's font. */
export function themeFont(): string {
  return known('font', () => getComputedStyle(document.body).fontFamily);
}

/** Each question makes the browser compute its styles, so none is asked twice. */
function known(name: string, ask: () => string): string {
  const before = styles.get(name);
  if (before !== undefined) return before;
  const style = ask();
  styles.set(name, style);
  return style;
}
