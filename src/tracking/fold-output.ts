/** Text of one stream, ready to be shown, and how many of the bytes behind it are kept for the next page. */
export interface FoldedText {
  text: string;
  held: number;
}

/** Control characters but those that lay out text. */
const controls = /[^\P{Cc}\t\n\r]/gu;
const escapeCharacter = '\u001b';

/**
 * Turns a stretch of output into text: what is not UTF-8 and control characters become U+FFFD, and of a line that was
 * written over again and again by carriage returns only the last state is left. Where the stretch goes on with a line begun
 * before it, and writes over that, the text begins with one carriage return.
 *
 * @param fresh the stretch begins at the beginning of a line
 * @param final nothing will follow, so that nothing is kept for later
 */
export function foldOutput(bytes: Buffer, fresh: boolean, final: boolean): FoldedText {
  const returns = final ? 0 : trailingReturns(bytes);
  const partial = final || returns > 0 ? 0 : incompleteCharacter(bytes);
  const settled = bytes.subarray(0, bytes.length - returns - partial);
  const decoded = new TextDecoder('utf-8', { ignoreBOM: true }).decode(settled);
  const lines = decoded.split('\n').map((line, index, all) => {
    const isWhole = index < all.length - 1 || final;
    return lastState(isWhole ? line.replace(/\r+$/, '') : line, index === 0 && !fresh);
  });
  // Of several carriage returns in a row one is as good as all.
  return { text: harmless(lines.join('\n')), held: Math.min(returns, 1) + partial };
}

function harmless(text: string): string {
  return text.replace(controls, (control) => (control === escapeCharacter ? control : '\ufffd'));
}

function lastState(line: string, goesOn: boolean): string {
  const last = line.lastIndexOf('\r');
  if (last === -1) return line;
  return (goesOn ? '\r' : '') + line.slice(last + 1);
}

/** Whether a carriage return writes over the line or ends it with a newline is known only from what follows. */
function trailingReturns(bytes: Buffer): number {
  let count = 0;
  while (count < bytes.length && bytes[bytes.length - 1 - count] === 0x0d) count++;
  return count;
}

/** How many bytes at the end are the beginning of a character whose rest is still to come. */
export function incompleteCharacter(bytes: Buffer): number {
  for (let count = 1; count <= Math.min(3, bytes.length); count++) {
    const lead = bytes[bytes.length - count] as number;
    if ((lead & 0xc0) === 0x80) continue;
    const length =
      lead >= 0xc2 && lead < 0xe0 ? 2 : lead >= 0xe0 && lead < 0xf0 ? 3 : lead >= 0xf0 && lead < 0xf5 ? 4 : 1;
    if (length <= count) return 0;
    return count === 1 || mayFollow(lead, bytes[bytes.length - count + 1] as number) ? count : 0;
  }
  return 0;
}

/** The second byte of a character is narrower than the others, so that no character has two spellings. */
function mayFollow(lead: number, second: number): boolean {
  const least = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  const most = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  return second >= least && second <= most;
}
