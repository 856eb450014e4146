/** A command line that cannot be split: where the quote that never ends begins. */
export interface UnfinishedQuote {
  position: number;
}

/**
 * Splits text as a POSIX shell splits words, and expands nothing. A backslash quotes only a blank, a quote or a backslash,
 * so that a Windows path survives.
 */
export function splitCommandLine(text: string): string[] | UnfinishedQuote {
  const words: string[] = [];
  let word: string | undefined;
  for (let at = 0; at < text.length; at++) {
    const mark = text.charAt(at);
    if (/\s/.test(mark)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (mark === "'") {
      const end = text.indexOf("'", at + 1);
      if (end === -1) return { position: at };
      word = (word ?? '') + text.slice(at + 1, end);
      at = end;
    } else if (mark === '"') {
      const quoted = readDoubleQuoted(text, at);
      if (!quoted) return { position: at };
      word = (word ?? '') + quoted.value;
      at = quoted.end;
    } else if (mark === '\\' && /[\s"'\\]/.test(text.charAt(at + 1))) {
      word = (word ?? '') + text.charAt(++at);
    } else {
      word = (word ?? '') + mark;
    }
  }
  if (word !== undefined) words.push(word);
  return words;
}

function readDoubleQuoted(text: string, start: number): { value: string; end: number } | undefined {
  let value = '';
  for (let at = start + 1; at < text.length; at++) {
    const mark = text.charAt(at);
    if (mark === '"') return { value, end: at };
    if (mark === '\\' && /["\\$`]/.test(text.charAt(at + 1))) value += text.charAt(++at);
    else value += mark;
  }
  return undefined;
}

/** Joins words so that `splitCommandLine` gives them back. */
export function joinCommandLine(words: readonly string[]): string {
  return words.map(quoteWord).join(' ');
}

function quoteWord(word: string): string {
  if (/^[\w@%+=:,./~-]+$/.test(word)) return word;
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
