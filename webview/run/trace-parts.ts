export interface TracePart {
  text: string;
  /** Set where the part names a place in a file. */
  place?: { file: string; line: number };
}

const placePattern = /File "([^"\n]+)", line (\d+)/g;

/** Cuts Python's output where it names a line of a file. Names in angle brackets (`<stdin>`) are no files. */
export function traceParts(text: string): TracePart[] {
  const parts: TracePart[] = [];
  let end = 0;
  for (const found of text.matchAll(placePattern)) {
    const [whole, file = '', line = ''] = found;
    if (file.startsWith('<')) continue;
    if (found.index > end) parts.push({ text: text.slice(end, found.index) });
    parts.push({ text: whole, place: { file, line: Number(line) } });
    end = found.index + whole.length;
  }
  if (end < text.length) parts.push({ text: text.slice(end) });
  return parts;
}
