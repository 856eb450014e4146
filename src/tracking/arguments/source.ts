import type { ScriptProblem } from '../../contract/arguments.ts';

export interface DecodedSource {
  text: string;
  problems: ScriptProblem[];
}

const declaration = /^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)/;

/** Python's names of encodings that the web's list of encodings lacks. */
const pythonNames = new Map([
  ['latin', 'latin1'],
  ['latin-1', 'latin1'],
  ['iso-latin-1', 'latin1'],
  ['l1', 'latin1'],
  ['cp1252', 'windows-1252'],
  ['cp1251', 'windows-1251'],
  ['cp1250', 'windows-1250'],
  ['mbcs', 'windows-1252'],
]);

/** Decodes a Python file as Python does (PEP 263): a byte order mark, a declared encoding, else UTF-8. */
export function decodeSource(bytes: Buffer): DecodedSource {
  const nul = bytes.indexOf(0);
  if (nul !== -1) {
    const { line, column } = place(bytes, nul);
    return { text: '', problems: [{ line, column, code: 'not-text', params: {} }] };
  }
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return decode(bytes.subarray(3), 'utf-8');
  const { name, line } = declaredEncoding(bytes);
  const label = pythonNames.get(name.toLowerCase().replaceAll('_', '-')) ?? name.replaceAll('_', '-');
  try {
    return decode(bytes, label);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const problem: ScriptProblem = { line, column: 1, code: 'encoding-unknown', params: { name } };
    return { text: bytes.toString('latin1'), problems: [problem] };
  }
}

function declaredEncoding(bytes: Buffer): { name: string; line: number } {
  const [first = '', second = ''] = bytes
    .subarray(0, 1000)
    .toString('latin1')
    .split(/\r\n?|\n/, 2);
  const atFirst = declaration.exec(first)?.[1];
  if (atFirst) return { name: atFirst, line: 1 };
  const atSecond = /^[ \t\f]*(#|$)/.test(first) ? declaration.exec(second)?.[1] : undefined;
  return { name: atSecond ?? 'utf-8', line: atSecond ? 2 : 1 };
}

function decode(bytes: Buffer, label: string): DecodedSource {
  const text = new TextDecoder(label).decode(bytes).replace(/\r(?!\n)/g, '\n');
  if (!/^utf-?8/i.test(label)) return { text, problems: [] };
  const bad = firstInvalidByte(bytes);
  if (bad === -1) return { text, problems: [] };
  const byte = `0x${(bytes[bad] as number).toString(16)}`;
  return { text, problems: [{ ...place(bytes, bad), code: 'not-utf8', params: { byte } }] };
}

function firstInvalidByte(bytes: Buffer): number {
  const valid = Buffer.from(bytes.toString('utf8'), 'utf8');
  if (valid.equals(bytes)) return -1;
  return bytes.findIndex((byte, index) => byte !== valid[index]);
}

function place(bytes: Buffer, offset: number): { line: number; column: number } {
  const before = bytes
    .subarray(0, offset)
    .toString('utf8')
    .split(/\r\n?|\n/);
  return { line: before.length, column: (before.at(-1) as string).length + 1 };
}
