import { floatValue } from './operators.ts';
import type { SyntaxNode } from './syntax.ts';
import { scalarText, unknown, type Value } from './values.ts';

const escapes: Record<string, string> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
  '0': '\0',
  '\\': '\\',
  "'": "'",
  '"': '"',
};
const escapeSequence = /\\(\r\n|\r|\n|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{1,3}|[\s\S])/g;

export function integerValue(text: string): Value {
  const digits = text.replaceAll('_', '').toLowerCase();
  if (/^(0x[0-9a-f]+|0b[01]+|0o[0-7]+|0+|[1-9]\d*)$/.test(digits)) return { kind: 'int', value: BigInt(digits) };
  return unknown;
}

export function floatLiteral(text: string): Value {
  const digits = text.replaceAll('_', '');
  const value = Number(digits);
  return /[jJ]$/.test(digits) || Number.isNaN(value) ? unknown : floatValue(value, digits);
}

/** A string literal; `evaluate` answers for what stands in the braces of an f-string. Bytes are unknown. */
export function stringValue(node: SyntaxNode, evaluate: (node: SyntaxNode) => Value): Value {
  const opening = /^([a-zA-Z]*)("""|'''|"|')/.exec(node.text);
  if (!opening) return unknown;
  const [whole, prefix = '', quote = ''] = opening;
  if (/b/i.test(prefix)) return unknown;
  const raw = /r/i.test(prefix);
  if (!/[ft]/i.test(prefix))
    return { kind: 'str', value: unescaped(node.text.slice(whole.length, -quote.length), raw) };
  let text = '';
  for (const child of node.children) {
    if (child.type === 'string_content') text += unescaped(child.text, raw).replaceAll('{{', '{').replaceAll('}}', '}');
    if (child.type !== 'interpolation') continue;
    const inner = child.fields.get('expression')?.[0];
    const plain = child.children.length === 1;
    const part = inner && plain ? scalarText(evaluate(inner)) : undefined;
    if (part === undefined) return unknown;
    text += part;
  }
  return { kind: 'str', value: text };
}

function unescaped(body: string, raw: boolean): string {
  const text = body.replace(/\r\n?/g, '\n');
  if (raw || !text.includes('\\')) return text;
  return text.replace(escapeSequence, (whole, what: string) => {
    if (what === '\n') return '';
    if (/^[xuU]/.test(what) && what.length > 1) return character(Number.parseInt(what.slice(1), 16), whole);
    if (/^[0-7]/.test(what)) return character(Number.parseInt(what, 8), whole);
    return escapes[what] ?? whole;
  });
}

function character(code: number, otherwise: string): string {
  return code <= 0x10ffff ? String.fromCodePoint(code) : otherwise;
}
