const closers: Record<string, string> = { '(': ')', '[': ']', '{': '}' };
const string = /(?:"""|''')|["']/y;

export interface BracketFault {
  offset: number;
  code: 'bracket-open' | 'bracket-astray' | 'string-open';
  token: string;
}

/** The first bracket or quote of a Python source that has no partner: where most syntax errors come from. */
export function bracketFault(text: string): BracketFault | undefined {
  const open: { offset: number; token: string }[] = [];
  for (let offset = 0; offset < text.length; offset++) {
    const char = text[offset] as string;
    if (char === '#') {
      offset = endOfLine(text, offset);
    } else if (char === '"' || char === "'") {
      string.lastIndex = offset;
      const quote = string.exec(text)?.[0] as string;
      const end = stringEnd(text, offset, quote);
      if (end === undefined) return { offset, code: 'string-open', token: quote };
      offset = end;
    } else if (closers[char]) {
      open.push({ offset, token: char });
    } else if (char === ')' || char === ']' || char === '}') {
      const last = open.pop();
      if (!last || closers[last.token] !== char) return { offset, code: 'bracket-astray', token: char };
    }
  }
  const last = open.at(-1);
  return last && { offset: last.offset, code: 'bracket-open', token: last.token };
}

/** The offset of the string's last quote. An f-string's inner quotes of the same kind (Python 3.12) end it too early. */
function stringEnd(text: string, start: number, quote: string): number | undefined {
  for (let offset = start + quote.length; offset < text.length; offset++) {
    const char = text[offset];
    if (char === '\\') offset++;
    else if (text.startsWith(quote, offset)) return offset + quote.length - 1;
    else if (quote.length === 1 && (char === '\n' || char === '\r')) return undefined;
  }
  return undefined;
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end === -1 ? text.length : end;
}
