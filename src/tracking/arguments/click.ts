import type { ScriptArgument } from '../../contract/arguments.ts';
import { type CallArguments, longest, plainArgument, stringOf, typedText } from './add-argument.ts';
import { addTo } from './argument-parser.ts';
import { newCommand } from './click-commands.ts';
import { clickType, memberName } from './click-types.ts';
import { note, type Reading } from './reading.ts';
import { scalarText, truth, unknown, type Value } from './values.ts';

const typeNames = new Set(['Choice', 'Path', 'File', 'IntRange', 'FloatRange', 'DateTime', 'Tuple']);

/** A function or class of click; undefined where it has nothing to do with arguments. */
export function callClick(reading: Reading, name: string, given: CallArguments): Value | undefined {
  if (name === 'option' || name === 'argument') return declaration(reading, given, name === 'argument');
  if (name === 'password_option') return declaration(reading, withDefaults(given, passwordOption), false);
  if (name === 'confirmation_option') return declaration(reading, withDefaults(given, confirmationOption), false);
  if (name === 'command' || name === 'group') return newCommand(reading, given, null);
  if (typeNames.has(name)) return { kind: 'made', path: `click.${name}`, given };
  return undefined;
}

const yes: Value = { kind: 'bool', value: true };
const passwordOption = { flag: '--password', keywords: { prompt: yes, hide_input: yes } };
const confirmationOption = { flag: '--yes', keywords: { is_flag: yes, prompt: yes } };

function withDefaults(
  given: CallArguments,
  { flag, keywords }: { flag: string; keywords: Record<string, Value> },
): CallArguments {
  const positional: Value[] = given.positional.length > 0 ? given.positional : [{ kind: 'str', value: flag }];
  return { ...given, positional, keywords: new Map([...Object.entries(keywords), ...given.keywords]) };
}

function declaration(reading: Reading, given: CallArguments, positional: boolean): Value {
  const { line } = reading.place;
  const { loops, place } = reading;
  const argument = positional ? readPositional(given, line) : readOption(given, line);
  return {
    kind: 'decorator',
    apply(target) {
      if (!argument) note({ ...reading, place }, loops > 0 ? 'argument-in-loop' : 'argument-computed');
      else if (target.kind === 'function') target.declared.push(argument);
      else if (target.kind === 'command') addTo(target.parser, argument);
      return target;
    },
  };
}

/** Reads what `click.option` and `typer.Option` are given. Undefined where the name is not known. */
export function readOption(given: CallArguments, line: number): ScriptArgument | undefined {
  const names = optionNames(given);
  if (!names) return undefined;
  const { keywords } = given;
  const count = isTrue(keywords.get('count'));
  const isSwitch =
    count || isTrue(keywords.get('is_flag')) || names.off.length > 0 || isGiven(keywords.get('flag_value'));
  const found = clickType(keywords.get('type'), keywords.get('default'));
  const size = found.count ?? countOf(keywords.get('nargs'));
  const repeats = count || isTrue(keywords.get('multiple'));
  const flags = [...names.on, ...names.off];
  return {
    ...plainArgument,
    source: 'click',
    flag: longest(names.on.length > 0 ? names.on : names.off),
    flags,
    off: names.off,
    positional: false,
    dest: names.dest,
    type: count ? 'integer' : isSwitch ? 'boolean' : found.type,
    takes: isSwitch ? 'switch' : size ? 'values' : 'value',
    repeats,
    count: size,
    required: isTrue(keywords.get('required')) || asks(keywords),
    default: optionDefault(keywords, isSwitch && !count, repeats || size !== null),
    choices: isSwitch ? null : found.choices,
    variable: variableOf(keywords.get('envvar')),
    secret: isTrue(keywords.get('hide_input')),
    help: helpOf(keywords.get('help')),
    line,
  };
}

/** Reads what `click.argument` and `typer.Argument` are given. */
export function readPositional(given: CallArguments, line: number): ScriptArgument | undefined {
  const name = given.positional.map(stringOf)[0];
  if (name === undefined || given.open) return undefined;
  const { keywords } = given;
  const nargs = keywords.get('nargs');
  const endless = nargs?.kind === 'int' && nargs.value === -1n;
  const found = clickType(keywords.get('type'), keywords.get('default'));
  const size = found.count ?? countOf(nargs);
  const several = endless || size !== null;
  const required = keywords.get('required');
  const fallback = typedText(keywords.get('default'), several);
  const dest = name.replaceAll('-', '_').toLowerCase();
  return {
    ...plainArgument,
    source: 'click',
    flag: dest,
    dest,
    type: found.type,
    takes: several ? 'values' : 'value',
    count: size,
    required: required ? isTrue(required) : !endless && !isGiven(keywords.get('default')),
    default: fallback,
    choices: found.choices,
    variable: variableOf(keywords.get('envvar')),
    help: helpOf(keywords.get('help')),
    line,
  };
}

/** The option strings, those that switch off apart, and the name, as click finds it. */
function optionNames(given: CallArguments): { on: string[]; off: string[]; dest: string } | undefined {
  const texts = given.positional.map(stringOf);
  if (given.open || texts.length === 0 || texts.includes(undefined)) return undefined;
  const on: string[] = [];
  const off: string[] = [];
  let dest: string | undefined;
  for (const text of texts as string[]) {
    if (/^[\p{L}_][\p{L}\p{N}_]*$/u.test(text)) {
      dest = text;
      continue;
    }
    const separator = text.startsWith('/') ? ';' : '/';
    const at = text.indexOf(separator);
    if (at !== -1) {
      const second = text.slice(at + 1).trim();
      if (second) off.push(second);
    }
    const first = at === -1 ? text : text.slice(0, at).trim();
    if (first) on.push(first);
  }
  const all = on.length > 0 ? on : off;
  if (all.length === 0) return undefined;
  const prefix = (flag: string) => /^[^\p{L}\p{N}]*/u.exec(flag)?.[0].length ?? 0;
  const named = all.reduce((best, flag) => (Math.min(prefix(flag), 2) > Math.min(prefix(best), 2) ? flag : best));
  return { on, off, dest: dest ?? named.slice(prefix(named)).replaceAll('-', '_').toLowerCase() };
}

function optionDefault(keywords: CallArguments['keywords'], isSwitch: boolean, several: boolean): string | null {
  const given = keywords.get('default');
  if (isSwitch && !isGiven(given)) return isGiven(keywords.get('flag_value')) ? null : 'False';
  const member = given && memberName(keywords.get('type'), given);
  return member ?? typedText(given, several);
}

/** A terminal would be asked for the value, and a run has none. */
function asks(keywords: CallArguments['keywords']): boolean {
  const prompt = keywords.get('prompt');
  const optional = keywords.get('prompt_required');
  return prompt !== undefined && truth(prompt) === true && (!optional || truth(optional) !== false);
}

function isGiven(value: Value | undefined): boolean {
  return value !== undefined && value.kind !== 'none' && !(value.kind === 'name' && value.path === '...');
}

function isTrue(value: Value | undefined): boolean {
  return value?.kind === 'bool' && value.value;
}

function countOf(nargs: Value | undefined): number | null {
  return nargs?.kind === 'int' && nargs.value > 1n && nargs.value < 1000n ? Number(nargs.value) : null;
}

function variableOf(value: Value | undefined): string | null {
  const first = value?.kind === 'list' ? (value.items[0] ?? unknown) : value;
  return stringOf(first) ?? null;
}

export function helpOf(value: Value | undefined): string | null {
  const text = value && value.kind === 'str' ? scalarText(value) : undefined;
  return text?.replace(/\s+/g, ' ').trim() || null;
}
