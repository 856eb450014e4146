import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  type Scalar,
  type YAMLMap,
} from 'yaml';
import type { ScriptArgument } from '../../contract/arguments.ts';

/** A value of a YAML file as a Hydra override would write it. */
export interface SettingValue {
  type: ScriptArgument['type'];
  text: string | null;
  /** `???`: it has to be given. */
  missing: boolean;
  /** The members of an enumeration. */
  choices?: string[];
}

export type SettingsMap = Map<string, SettingsMap | { value: SettingValue; help: string | null }>;

export interface SettingsFile {
  settings: SettingsMap;
  /** The defaults list: a name, or a group and what is chosen of it. */
  defaults: (string | { key: string; chosen: string | string[] | null })[];
  /** What `# @package` says. */
  package: string | undefined;
}

const integer = /^[-+]?(0b[01_]+|0[0-7_]+|0|[1-9][\d_]*|0x[\da-fA-F_]+)$/;
const float =
  /^([-+]?\d+(_\d+)*\.[\d_]*([eE][-+]?\d+)?|[-+]?\d+(_\d+)*[eE][-+]?\d+|\.\d+(_\d+)*([eE][-+]\d+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))$/;
const nothing = /^(~|null|Null|NULL|)$/;
const yes = /^(yes|Yes|YES|true|True|TRUE|on|On|ON)$/;
const no = /^(no|No|NO|false|False|FALSE|off|Off|OFF)$/;
const deepest = 50;

/** Reads a configuration as OmegaConf does. Throws what the parser says of a file that is no YAML. */
export function parseSettings(text: string): SettingsFile {
  const lines = text.split(/\r\n?|\n/);
  const counter = new LineCounter();
  const document = parseDocument(text, { schema: 'failsafe', lineCounter: counter, uniqueKeys: true });
  const [error] = document.errors;
  if (error) throw error;
  const header = lines.find((line) => /^#\s*@package\s/.test(line));
  const file: SettingsFile = {
    settings: new Map(),
    defaults: [],
    package: header?.replace(/^#\s*@package\s+/, '').trim(),
  };
  const root = document.contents;
  if (!isMap(root)) return file;
  const resolve = resolver(document);
  const context: Context = { lines, counter, resolve };
  for (const pair of root.items) {
    if (keyText(pair) === 'defaults') file.defaults = readDefaults(resolve(pair.value), resolve);
  }
  readMap(context, root, file.settings, 0);
  file.settings.delete('defaults');
  return file;
}

/** A few lines of aliases to aliases may stand for more values than there is memory. */
const mostLooks = 50_000;
const mostAliases = 100;

/** What a node stands for. Throws where they are too many. */
function resolver(document: Document): (node: unknown) => unknown {
  const known = new Map<unknown, unknown>();
  let looks = 0;
  return (node) => {
    looks += 1;
    if (looks > mostLooks) throw new Error(`it stands for more than ${mostLooks} values`);
    if (!isAlias(node)) return node;
    if (known.has(node)) return known.get(node);
    if (known.size >= mostAliases) throw new Error(`it has more than ${mostAliases} aliases`);
    const found = node.resolve(document);
    known.set(node, found);
    return found;
  };
}

interface Context {
  lines: string[];
  counter: LineCounter;
  resolve(node: unknown): unknown;
}

function readMap(context: Context, map: YAMLMap, into: SettingsMap, depth: number): void {
  for (const pair of map.items) {
    const key = keyText(pair);
    const value = context.resolve(pair.value);
    if (key === '<<') {
      for (const source of isSeq(value) ? value.items.map(context.resolve) : [value]) {
        const inherited: SettingsMap = new Map();
        if (isMap(source) && depth < deepest) readMap(context, source, inherited, depth + 1);
        for (const [name, each] of inherited) if (!into.has(name)) into.set(name, each);
      }
    } else if (isMap(value) && value.items.length > 0 && depth < deepest) {
      const inner: SettingsMap = new Map();
      readMap(context, value, inner, depth + 1);
      into.set(key, inner);
    } else {
      into.set(key, { value: readValue(value, context.resolve), help: commentOf(context, pair) });
    }
  }
}

function readValue(node: unknown, resolve: Context['resolve']): SettingValue {
  const literal = (text: string | null): SettingValue => ({ type: 'literal', text, missing: false });
  if (isSeq(node) || isMap(node)) return literal(flowText(node, resolve, 0));
  if (!isScalar(node)) return literal('null');
  const text = String(node.value ?? '');
  if (text === '???') return { type: 'literal', text: null, missing: true };
  if (text.includes('${')) return literal(text);
  const type = scalarType(node, text);
  if (type === 'literal') return literal('null');
  if (type === 'boolean') return { type, text: yes.test(text) ? 'true' : 'false', missing: false };
  return { type, text, missing: false };
}

function scalarType(node: Scalar, text: string): ScriptArgument['type'] {
  if (node.type !== 'PLAIN') return 'string';
  if (nothing.test(text)) return 'literal';
  if (yes.test(text) || no.test(text)) return 'boolean';
  if (integer.test(text)) return 'integer';
  return float.test(text) ? 'number' : 'string';
}

/** A list or a mapping as Hydra's grammar of overrides writes it. */
function flowText(node: unknown, resolve: Context['resolve'], depth: number): string {
  const at = resolve(node);
  if (depth > deepest) return 'null';
  if (isSeq(at)) return `[${at.items.map((item) => flowText(item, resolve, depth + 1)).join(',')}]`;
  if (isMap(at)) {
    return `{${at.items.map((pair) => `${keyText(pair)}:${flowText(pair.value, resolve, depth + 1)}`).join(',')}}`;
  }
  const { type, text } = readValue(at, resolve);
  if (type !== 'string' || text === null) return text ?? 'null';
  return /^[A-Za-z/][\w/.+-]*$/.test(text) && !yes.test(text) && !no.test(text) && !nothing.test(text)
    ? text
    : `'${text.replace(/(\\*)('|$)/g, (_, run: string, end: string) => run + run + (end && "\\'"))}'`;
}

function readDefaults(list: unknown, resolve: Context['resolve']): SettingsFile['defaults'] {
  if (!isSeq(list)) return [];
  return list.items.map(resolve).flatMap((item): SettingsFile['defaults'] => {
    if (isScalar(item)) return [String(item.value)];
    const pair = isMap(item) ? item.items[0] : undefined;
    if (!pair) return [];
    const value = resolve(pair.value);
    if (isSeq(value))
      return [{ key: keyText(pair), chosen: value.items.map((each) => String((each as Scalar).value)) }];
    const text = isScalar(value) ? String(value.value ?? '') : '';
    const plain = isScalar(value) && value.type === 'PLAIN';
    return [{ key: keyText(pair), chosen: plain && nothing.test(text) ? null : text }];
  });
}

function keyText({ key }: Pair): string {
  return isScalar(key) ? String(key.value) : String(key);
}

/** The comment behind a value, else the one right above its key. */
function commentOf({ lines, counter }: Context, { key, value }: Pair): string | null {
  const range = (key as Node | null)?.range;
  if (!range) return null;
  const { line } = counter.linePos(range[0]);
  const behind = isScalar(value) ? value.comment : null;
  const above: string[] = [];
  for (let at = line - 2; at >= 0 && /^\s*#(?!\s*@package)/.test(lines[at] as string); at--) {
    above.unshift((lines[at] as string).replace(/^\s*#+/, ''));
  }
  const text = (behind ?? above.join(' ')).replace(/\s+/g, ' ').trim();
  return text && text.length <= 300 ? text : null;
}
