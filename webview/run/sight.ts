export interface SightParts {
  /** How far around the page's visible part, as CSS has it. */
  margin: string;
  /** Something came or went. */
  changed: () => void;
  /** The size that an element has now, in pixels. */
  measured: (key: string, size: { width: number; height: number }) => void;
}

/**
 * Which elements of a panel are near the part of the page that is seen, each by its key. One that holds the focus stays, so that
 * scrolling does not take the focus away.
 */
export function createSight({ margin, changed, measured }: SightParts) {
  const watched = new Map<Element, string>();
  const near = new Set<string>();
  // Within a frame of another origin, such as VS Code's webviews, a margin counts only with a root.
  const observer = new IntersectionObserver(noticed, { root: document, rootMargin: margin });
  let answered = false;

  function noticed(entries: IntersectionObserverEntry[]): void {
    let differs = !answered;
    answered = true;
    for (const { target, isIntersecting, boundingClientRect } of entries) {
      const key = watched.get(target);
      if (key === undefined) continue;
      const is = isIntersecting || target.contains(document.activeElement);
      if (boundingClientRect.width > 0) measured(key, boundingClientRect);
      if (is === near.has(key)) continue;
      differs = true;
      if (is) near.add(key);
      else near.delete(key);
    }
    if (differs) changed();
  }

  return {
    /** Says nothing of value before the first answer. */
    answered: () => answered,
    near: near as ReadonlySet<string>,
    /** From now on these, and no others. */
    watch(elements: Iterable<HTMLElement>, keyOf: (element: HTMLElement) => string): void {
      const wanted = new Map([...elements].map((element) => [element as Element, keyOf(element)]));
      for (const [element, key] of watched) {
        if (wanted.get(element) === key) continue;
        watched.delete(element);
        observer.unobserve(element);
        near.delete(key);
      }
      for (const [element, key] of wanted) {
        if (watched.has(element)) continue;
        watched.set(element, key);
        observer.observe(element);
      }
    },
    add(key: string): void {
      near.add(key);
    },
    stop(): void {
      observer.disconnect();
      watched.clear();
    },
  };
}

export type Sight = ReturnType<typeof createSight>;
