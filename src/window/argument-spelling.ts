import type { ScriptArgument } from '../contract/arguments.ts';

/** How a value of an argument is written as one word, without its flag. */
export function spellValue({ source, type }: ScriptArgument, value: string): string {
  if (type !== 'string' && type !== 'path') return value;
  if (source === 'fire') return staysTextInFire(value) ? value : quotedForFire(value);
  if (source === 'hydra') return staysTextInHydra(value) ? value : quotedForHydra(value);
  return value;
}

/** The value that a word stands for: the inverse of `spellValue`. */
export function readValue({ source, type }: ScriptArgument, word: string): string {
  const quote = word[0];
  const closed = word.length > 1 && (quote === '"' || quote === "'") && word.endsWith(quote);
  if (!closed || (type !== 'string' && type !== 'path')) return word;
  const inner = word.slice(1, -1);
  if (source === 'fire') return inner.replace(/\\(.)/gs, (_, char: string) => controls[char] ?? char);
  if (source === 'hydra') {
    const escaped = quote === "'" ? /(\\+)('|$)/g : /(\\+)("|$)/g;
    return inner.replace(escaped, (_, run: string, end: string) => run.slice(0, run.length >> 1) + end);
  }
  return word;
}

const controls: Record<string, string> = { n: '\n', r: '\r' };

/** Whether a word looks like an option; negative numbers do not. */
export function isOption(word: string): boolean {
  return word.startsWith('-') && word.length > 1 && !/^-\.?\d/.test(word);
}

/** Fire reads what it can as a Python literal, and takes the rest for text. */
function staysTextInFire(value: string): boolean {
  return /^[A-Za-z_/.~](?:[\w./:@ +~-]*[\w./:@+~-])?$/.test(value) && !/^(True|False|None)$|^\.\d/.test(value);
}

/** Hydra gives some characters and words a meaning of their own. */
function staysTextInHydra(value: string): boolean {
  return /^[A-Za-z/@?|%][\w/.@%?|+-]*$/.test(value) && !/^(true|false|null|nan|inf)$/i.test(value);
}

function quotedForFire(value: string): string {
  return `"${value.replace(/["\\]/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\r', '\\r')}"`;
}

/** A backslash escapes only where a quote follows it. */
function quotedForHydra(value: string): string {
  const escaped = value.replace(/(\\*)('|$)/g, (_, run: string, end: string) => run + run + (end && "\\'"));
  return `'${escaped}'`;
}
