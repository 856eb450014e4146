import type { ScriptArgument } from '../contract/arguments.ts';
import { isOption, readValue, spellValue } from './argument-spelling.ts';

/** The words that an argument of the script got: its values (for a switch, the flags themselves), and where they stand. */
export interface AssignedWords {
  values: string[];
  /** Half-open stretches of the command line; several where the flag is repeated. */
  spans: [start: number, end: number][];
}

export interface Assignment {
  assigned: Map<ScriptArgument, AssignedWords>;
  /** The words that belong to no known argument. */
  rest: number[];
  /** The sub-command that is in the words, as `ScriptArgument.command` names it. */
  command: string | null;
}

/** The arguments that count for this command line: the script's own, and those of the sub-command that is in it. */
export function activeArguments(all: readonly ScriptArgument[], words: readonly string[]): ScriptArgument[] {
  const { command } = assignWords(all, words);
  return all.filter((argument) => isWithin(command, argument.command));
}

/** Says which words of a command line belong to which argument, as the library that reads them would. */
export function assignWords(all: readonly ScriptArgument[], words: readonly string[]): Assignment {
  const state: Assignment = { assigned: new Map(), rest: [], command: null };
  const named = namedLater(all, words);
  let afterUnknown = false;
  for (let at = 0; at < words.length; ) {
    const word = words[at] as string;
    if (word === '--') {
      for (; at < words.length; at++) state.rest.push(at);
      break;
    }
    const end = takeOption(all, words, at, state) ?? takeOverride(all, word, at, state);
    if (end !== undefined) {
      afterUnknown = false;
      at = end;
    } else if (isOption(word)) {
      state.rest.push(at++);
      afterUnknown = true;
    } else {
      at = takePlaced(all, words, at, state, afterUnknown, named);
    }
  }
  return state;
}

/** The end of the option that begins here; undefined where none does. */
function takeOption(
  all: readonly ScriptArgument[],
  words: readonly string[],
  at: number,
  state: Assignment,
): number | undefined {
  const word = words[at] as string;
  const equals = word.startsWith('--') ? word.indexOf('=') : -1;
  const flag = equals === -1 ? word : word.slice(0, equals);
  const option = all.findLast(({ flags, command }) => flags.includes(flag) && isWithin(state.command, command));
  if (!option || (!option.repeats && state.assigned.has(option))) return undefined;
  if (option.takes === 'switch') return take(state, option, [word], at, at + 1);
  if (equals !== -1) return take(state, option, [readValue(option, word.slice(equals + 1))], at, at + 1);
  const most = option.takes === 'value' ? 1 : (option.count ?? words.length);
  const end = valuesEnd(option, words, at + 1, most);
  return take(state, option, readAll(option, words.slice(at + 1, end)), at, end);
}

/** `key=value`, as Hydra takes it. */
function takeOverride(all: readonly ScriptArgument[], word: string, at: number, state: Assignment): number | undefined {
  const equals = word.indexOf('=');
  const key = equals === -1 ? undefined : word.slice(0, equals);
  const argument = all.find(({ source, flag }) => source === 'hydra' && flag === key);
  if (!argument || state.assigned.has(argument)) return undefined;
  return take(state, argument, [readValue(argument, word.slice(equals + 1))], at, at + 1);
}

function takePlaced(
  all: readonly ScriptArgument[],
  words: readonly string[],
  at: number,
  state: Assignment,
  afterUnknown: boolean,
  named: ReadonlySet<ScriptArgument>,
): number {
  const free = all.find(
    (argument) =>
      argument.positional &&
      argument.command === state.command &&
      !state.assigned.has(argument) &&
      !named.has(argument),
  );
  if (!free || afterUnknown) {
    state.rest.push(at);
    return at + 1;
  }
  const most = free.takes === 'values' ? (free.count ?? words.length) : 1;
  const end = Math.max(at + 1, valuesEnd(free, words, at, most));
  const values = readAll(free, words.slice(at, end));
  const path = [state.command, values[0]].filter((part) => part !== null).join(' ');
  if (isChooser(all, free)) state.command = path;
  return take(state, free, values, at, end);
}

function take(state: Assignment, argument: ScriptArgument, values: string[], start: number, end: number): number {
  const before = state.assigned.get(argument) ?? { values: [], spans: [] };
  state.assigned.set(argument, { values: [...before.values, ...values], spans: [...before.spans, [start, end]] });
  return end;
}

function readAll(argument: ScriptArgument, words: readonly string[]): string[] {
  return words.map((word) => readValue(argument, word));
}

/** Click takes as many words as it needs, whatever they look like; the others stop before an option. */
function valuesEnd({ source }: ScriptArgument, words: readonly string[], start: number, most: number): number {
  const end = Math.min(start + most, words.length);
  if ((source === 'click' || source === 'typer') && most < words.length) return end;
  for (let at = start; at < end; at++) if (isOption(words[at] as string)) return at;
  return end;
}

/** Fire gives the words without a flag to the parameters that have none anywhere on the line. */
function namedLater(all: readonly ScriptArgument[], words: readonly string[]): Set<ScriptArgument> {
  const flags = new Set(words.map((word) => word.split('=', 1)[0]));
  return new Set(all.filter(({ source, flags: own }) => source === 'fire' && own.some((flag) => flags.has(flag))));
}

/** The positional whose value is a sub-command. */
function isChooser(all: readonly ScriptArgument[], { command, choices, flags }: ScriptArgument): boolean {
  if (flags.length > 0 || !choices) return false;
  const paths = choices.map((choice) => (command === null ? choice : `${command} ${choice}`));
  return all.some((other) => paths.some((path) => isWithin(other.command, path)));
}

/** Whether `command` is `outer` or a sub-command of it. Everything is within the script itself. */
function isWithin(command: string | null, outer: string | null): boolean {
  return outer === null || command === outer || (command?.startsWith(`${outer} `) ?? false);
}

/** The words with one argument set to `values`, or taken out; everything else stays where it is. */
export function setArgument(
  all: readonly ScriptArgument[],
  words: readonly string[],
  argument: ScriptArgument,
  values: readonly string[] | undefined,
): string[] {
  const { assigned } = assignWords(all, words);
  const fresh = values === undefined ? [] : spell(argument, values);
  const there = assigned.get(argument)?.spans;
  const place = there?.[0]?.[0] ?? placeFor(all, assigned, words, argument);
  return replaceWords(words, new Set((there ?? []).flatMap(([start, end]) => range(start, end))), place, fresh);
}

/** The words with those that belong to no known argument replaced. */
export function setRest(all: readonly ScriptArgument[], words: readonly string[], fresh: readonly string[]): string[] {
  const { rest } = assignWords(all, words);
  return replaceWords(words, new Set(rest), rest[0] ?? words.length, fresh);
}

function replaceWords(words: readonly string[], gone: Set<number>, place: number, fresh: readonly string[]): string[] {
  const kept = (from: number, to: number) =>
    range(from, to).flatMap((at) => (gone.has(at) ? [] : [words[at] as string]));
  return [...kept(0, place), ...fresh, ...kept(place, words.length)];
}

function range(start: number, end: number): number[] {
  return Array.from({ length: end - start }, (_, offset) => start + offset);
}

function spell(argument: ScriptArgument, values: readonly string[]): string[] {
  if (argument.takes === 'switch') return [...values];
  const words = values.map((value) => spellValue(argument, value));
  if (argument.source === 'hydra') return words.map((word) => `${argument.flag}=${word}`);
  if (argument.flags.length === 0) return words;
  if (!argument.repeats) return spellOption(argument, words);
  const size = argument.count ?? 1;
  const parts = range(0, Math.ceil(words.length / size)).map((part) => words.slice(part * size, (part + 1) * size));
  return parts.flatMap((part) => spellOption(argument, part));
}

function spellOption({ flag, source }: ScriptArgument, words: readonly string[]): string[] {
  const [only] = words;
  const glue =
    words.length === 1 && only !== undefined && flag.startsWith('--') && (isOption(only) || source === 'fire');
  return glue ? [`${flag}=${only}`] : [flag, ...words];
}

/** Positionals keep their order; options stand before the sub-command that follows their own level, else at the end. */
function placeFor(
  all: readonly ScriptArgument[],
  assigned: Assignment['assigned'],
  words: readonly string[],
  argument: ScriptArgument,
): number {
  const level = all.filter(({ command }) => command === argument.command);
  if (argument.flags.length === 0 && argument.source !== 'hydra') {
    const before = level.slice(0, level.indexOf(argument)).filter(({ flags }) => flags.length === 0);
    const ends = before.map((each) => assigned.get(each)?.spans.at(-1)?.[1] ?? 0);
    return Math.max(commandEnd(all, assigned, argument.command), ...ends);
  }
  const chooser = level.find((each) => assigned.has(each) && isChooser(all, each));
  const end = words.indexOf('--');
  return (chooser && assigned.get(chooser)?.spans[0]?.[0]) ?? (end === -1 ? words.length : end);
}

/** Where the words of a sub-command begin. */
function commandEnd(all: readonly ScriptArgument[], assigned: Assignment['assigned'], command: string | null): number {
  if (command === null) return 0;
  const parents = all.filter((each) => each.command !== command && isWithin(command, each.command));
  return Math.max(
    0,
    ...parents.filter((each) => isChooser(all, each)).map((each) => assigned.get(each)?.spans.at(-1)?.[1] ?? 0),
  );
}

/** Required arguments that have no value yet. */
export function missingArguments(all: readonly ScriptArgument[], words: readonly string[]): ScriptArgument[] {
  const { assigned, command } = assignWords(all, words);
  return all.filter(
    (argument) => argument.required && isWithin(command, argument.command) && !assigned.get(argument)?.values.length,
  );
}

export type ValueProblem = 'integer' | 'number' | 'choice';

/** What is wrong with a value, by what the script declares; Python's own spelling of numbers is allowed. */
export function valueProblem(argument: ScriptArgument, value: string): ValueProblem | undefined {
  if (argument.choices && !argument.choices.includes(value)) return 'choice';
  const digits = value.trim().replace(/(\d)_(?=\d)/g, '$1');
  if (argument.type === 'integer' && !/^[+-]?\d+$/.test(digits)) return 'integer';
  if (argument.type === 'number' && !pythonFloat.test(digits)) return 'number';
  return undefined;
}

const pythonFloat = /^[+-]?(\d+\.?\d*(e[+-]?\d+)?|\.\d+(e[+-]?\d+)?|inf(inity)?|nan)$/i;
