/** One line of somebody else's text: what would move, hide or reorder its surroundings is made visible. */
export function visible(text: string): string {
  return replaceHarmful(text, false);
}

/** As `visible`, but lines and tabs stay. */
export function visibleLines(text: string): string {
  return replaceHarmful(text, true);
}

function replaceHarmful(text: string, keepLines: boolean): string {
  let clean = '';
  let copied = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (!isHarmful(code) || (keepLines && (code === 0x0a || code === 0x09))) continue;
    clean += text.slice(copied, index) + standIn(code);
    copied = index + 1;
  }
  return copied === 0 ? text : clean + text.slice(copied);
}

/** C0 and C1 controls, line separators, marks that override the direction of writing, and what nobody sees. */
function isHarmful(code: number): boolean {
  if (code < 0x20 || (code >= 0x7f && code < 0xa0)) return true;
  if (code >= 0x2028 && code <= 0x206f) return code <= 0x202e || code >= 0x2060;
  return code === 0x061c || code === 0x180e || code === 0xfeff || (code >= 0xfff9 && code <= 0xfffb);
}

function standIn(code: number): string {
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? '\u2421' : '\ufffd';
}

/** The beginning of a text that is longer than there is room for. */
export function shortened(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length)}…` : text;
}
