/** Gathers items and hands them on together, at once the first time and then at most once in `gap` milliseconds. */
export function coalesce<Item>(gap: number, deliver: (items: Item[]) => void) {
  let waiting = new Set<Item>();
  let timer: NodeJS.Timeout | undefined;
  const flush = () => {
    timer = undefined;
    if (waiting.size === 0) return;
    const items = [...waiting];
    waiting = new Set();
    timer = setTimeout(flush, gap);
    deliver(items);
  };
  return {
    add(items: Iterable<Item>) {
      for (const item of items) waiting.add(item);
      if (!timer) flush();
    },
    close() {
      clearTimeout(timer);
      waiting.clear();
    },
  };
}
