/**
 * Names of files as text. A byte of a name that is no UTF-8 is a lone surrogate, U+DC80 to U+DCFF, as in Python: so every name on
 * a system of bytes is a text, and comes back from it.
 */
const escaped = /(?<![\ud800-\udbff])[\udc80-\udcff]/;

/** What Node's file functions take for a path: the text itself, or its bytes where it has escaped ones. */
export function pathOf(text: string): string | Buffer {
  if (!escaped.test(text)) return text;
  const parts: Buffer[] = [];
  let plain = '';
  for (const character of text) {
    const code = character.codePointAt(0) as number;
    if (code < 0xdc80 || code > 0xdcff) {
      plain += character;
      continue;
    }
    parts.push(Buffer.from(plain), Buffer.from([code - 0xdc00]));
    plain = '';
  }
  return Buffer.concat([...parts, Buffer.from(plain)]);
}

/** The text of a name's bytes. */
export function nameText(bytes: Buffer): string {
  const text = bytes.toString();
  if (!text.includes('\ufffd') || Buffer.from(text).equals(bytes)) return text;
  let result = '';
  for (let start = 0; start < bytes.length; ) {
    const length = characterAt(bytes, start);
    result +=
      length > 0
        ? bytes.toString('utf8', start, start + length)
        : String.fromCharCode(0xdc00 + (bytes[start] as number));
    start += Math.max(1, length);
  }
  return result;
}

/** How many bytes the UTF-8 character at a place has; 0 where there is none. */
function characterAt(bytes: Buffer, start: number): number {
  const first = bytes[start] as number;
  const length = first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
  const character = bytes.subarray(start, start + length);
  return length > 0 && Buffer.from(character.toString()).equals(character) ? length : 0;
}
