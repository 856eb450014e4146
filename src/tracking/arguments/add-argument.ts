import type { ScriptArgument } from '../../contract/arguments.ts';
import { scalarText, type Value } from './values.ts';

export interface CallArguments {
  positional: Value[];
  keywords: Map<string, Value>;
  /** The expressions of the keywords, as they are written. */
  sources: Map<string, string>;
  /** A `*list` or `**mapping` whose content is not known was among them. */
  open: boolean;
}

type Type = ScriptArgument['type'];

const valueless = new Set([
  'store_const',
  'store_true',
  'store_false',
  'append_const',
  'count',
  'argparse.BooleanOptionalAction',
]);
const suppress = 'argparse.SUPPRESS';
const longestRange = 1000;

/** A positional of argparse that takes one text. */
export const plainArgument = {
  source: 'argparse',
  flags: [],
  off: [],
  positional: true,
  type: 'string',
  takes: 'value',
  repeats: false,
  count: null,
  required: false,
  default: null,
  choices: null,
  suggestions: null,
  variable: null,
  secret: false,
  help: null,
  command: null,
} satisfies Partial<ScriptArgument>;

/** Reads one `add_argument(…)`. Null for help and version; undefined where its name is not known. */
export function readArgument(call: CallArguments, line: number): ScriptArgument | null | undefined {
  const action = actionName(call.keywords.get('action'));
  if (action === 'help' || action === 'version') return null;
  const names = argumentNames(call);
  if (!names) return undefined;
  const flags = action === 'argparse.BooleanOptionalAction' ? withNegations(names.flags) : names.flags;
  const takes = valueless.has(action) ? 'switch' : takesOf(call.keywords.get('nargs'));
  const type = typeOf(call.keywords.get('type'), action);
  const repeats = action === 'append' || action === 'extend' || action === 'append_const' || action === 'count';
  const positional = flags.length === 0;
  const fallback = defaultText(call, action, takes === 'values' || repeats);
  return {
    ...plainArgument,
    flag: positional ? names.dest : longest(names.flags),
    flags,
    off: flags.filter((each) => !names.flags.includes(each)),
    positional,
    dest: names.dest,
    type,
    takes,
    repeats,
    count: countOf(call.keywords.get('nargs')),
    required: positional ? needsPositional(call.keywords.get('nargs')) : requiredTrue(call),
    default: fallback,
    choices: choiceTexts(call.keywords.get('choices')),
    help: helpText(call, fallback),
    line,
  };
}

/** The argument that `add_subparsers(…)` makes. */
export function readChooser(call: CallArguments, line: number): ScriptArgument {
  const dest = stringOf(call.keywords.get('dest')) ?? 'command';
  return {
    ...plainArgument,
    flag: dest,
    dest,
    required: requiredTrue(call),
    choices: [],
    help: helpText(call, null),
    line,
  };
}

/** A default as a person would type it, or null. */
export function typedText(value: Value | undefined, several: boolean): string | null {
  if (!value || value.kind === 'none') return null;
  if (value.kind === 'list') {
    const texts = value.items.map(scalarText);
    if (!several || value.open || texts.length === 0 || texts.includes(undefined)) return null;
    return texts.map((text) => quoteWord(text as string)).join(' ');
  }
  const text = scalarText(value);
  return text ?? null;
}

function argumentNames(call: CallArguments): { flags: string[]; dest: string } | undefined {
  const explicit = call.keywords.get('dest');
  const dest = stringOf(explicit);
  if (explicit && dest === undefined) return undefined;
  if (call.positional.length === 0) return dest !== undefined && !call.open ? { flags: [], dest } : undefined;
  const names = call.positional.map(stringOf);
  if (call.open || names.includes(undefined)) return undefined;
  const [first] = names as [string];
  if (!/^[-+/]./.test(first)) return { flags: [], dest: first };
  const flags = names as string[];
  const named = flags.find((flag) => flag.startsWith('--') && flag.length > 2) ?? first;
  return { flags, dest: dest ?? named.replace(/^[-+/]+/, '').replaceAll('-', '_') };
}

function withNegations(flags: string[]): string[] {
  return flags.flatMap((flag) => (flag.startsWith('--') ? [flag, `--no-${flag.slice(2)}`] : [flag]));
}

export function longest(flags: string[]): string {
  return flags.reduce((best, flag) => (flag.length > best.length ? flag : best));
}

function actionName(action: Value | undefined): string {
  if (action?.kind === 'str') return action.value;
  if (action?.kind === 'name') return action.path;
  return 'store';
}

function takesOf(nargs: Value | undefined): 'value' | 'values' {
  if (!nargs || nargs.kind === 'none') return 'value';
  return nargs.kind === 'str' && nargs.value === '?' ? 'value' : 'values';
}

function countOf(nargs: Value | undefined): number | null {
  return nargs?.kind === 'int' && nargs.value > 0n && nargs.value < 1000n ? Number(nargs.value) : null;
}

function needsPositional(nargs: Value | undefined): boolean {
  return !(nargs?.kind === 'str' && ['?', '*', '...'].includes(nargs.value)) && !isName(nargs, 'argparse.REMAINDER');
}

function requiredTrue(call: CallArguments): boolean {
  const required = call.keywords.get('required');
  return required?.kind === 'bool' && required.value;
}

function typeOf(type: Value | undefined, action: string): Type {
  if (action === 'count') return 'integer';
  if (valueless.has(action)) return 'boolean';
  if (!type) return 'string';
  if (type.kind === 'name') return namedType(type.path);
  if (type.kind === 'method') return namedType(type.name);
  if (type.kind === 'function') return namedType(type.name || (type.node.fields.get('body')?.[0]?.text ?? ''));
  if (type.kind === 'class') return namedType(type.name);
  return 'string';
}

export function namedType(path: string): Type {
  const name = path.slice(path.lastIndexOf('.') + 1);
  if (/^int$|_int$|^int\(/.test(path) || /Int$/.test(name)) return 'integer';
  if (/^float$|_float$|^float\(/.test(path) || /Float$/.test(name)) return 'number';
  if (/bool/i.test(path)) return 'boolean';
  if (path === 'pathlib.Path' || path === 'open' || /path|file|dir(ectory|name)?$/i.test(name)) return 'path';
  return 'string';
}

function defaultText(call: CallArguments, action: string, several: boolean): string | null {
  const given = call.keywords.get('default');
  if (isName(given, suppress)) return null;
  if (given) return typedText(given, several);
  if (action === 'store_true') return 'False';
  if (action === 'store_false') return 'True';
  return null;
}

export function choiceTexts(choices: Value | undefined): string[] | null {
  if (choices?.kind === 'str') return [...choices.value];
  const items =
    choices?.kind === 'list' ? choices.items : choices?.kind === 'dict' ? choices.entries.map(([key]) => key) : [];
  if (items.length === 0 || items.length > longestRange) return null;
  if ((choices?.kind === 'list' || choices?.kind === 'dict') && choices.open) return null;
  const texts = items.map(scalarText);
  return texts.includes(undefined) ? null : (texts as string[]);
}

/** argparse's own placeholders, filled in or left out so that the sentence reads. */
function helpText(call: CallArguments, fallback: string | null): string | null {
  const help = stringOf(call.keywords.get('help'));
  if (help === undefined || isName(call.keywords.get('help'), suppress)) return null;
  const choices = choiceTexts(call.keywords.get('choices'));
  const values = new Map([
    ['default', fallback ?? call.sources.get('default') ?? 'None'],
    ['choices', choices?.join(', ') ?? ''],
    ['prog', 'the script'],
  ]);
  const filled = help.replace(/%%|%\((\w+)\)[sdr]/g, (whole, name?: string) =>
    name === undefined ? '%' : (values.get(name) ?? whole),
  );
  return filled.replace(/\s+/g, ' ').trim() || null;
}

export function stringOf(value: Value | undefined): string | undefined {
  return value?.kind === 'str' ? value.value : undefined;
}

function isName(value: Value | undefined, path: string): boolean {
  return value?.kind === 'name' && value.path === path;
}

function quoteWord(text: string): string {
  if (text !== '' && !/[\s'"\\]/.test(text)) return text;
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}
