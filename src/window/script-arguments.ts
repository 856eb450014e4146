import type { ScriptArgument } from '../contract/arguments.ts';

/** The words that an argument of the script got: its values (for a switch, the flags themselves), and where they stand. */
export interface AssignedWords {
  values: string[];
  /** Half-open stretches of the command line; several where the flag is repeated. */
  spans: [start: number, end: number][];
}

export interface Assignment {
  /** By the argument's `flag`. */
  assigned: Map<string, AssignedWords>;
  /** The words that belong to no known argument. */
  rest: number[];
}

/** The arguments that count for this command line: the script's own, and those of the sub-command that is in it. */
export function activeArguments(all: readonly ScriptArgument[], words: readonly string[]): ScriptArgument[] {
  return all.filter(({ command }) => command === null || command.split(' ').every((part) => words.includes(part)));
}

/** Says which words of a command line belong to which argument, as argparse would. */
export function assignWords(known: readonly ScriptArgument[], words: readonly string[]): Assignment {
  const byFlag = new Map(known.flatMap((argument) => argument.flags.map((flag) => [flag, argument] as const)));
  const positionals = known.filter((argument) => argument.flags.length === 0);
  const assigned: Assignment['assigned'] = new Map();
  const rest: number[] = [];
  const take = (argument: ScriptArgument, values: string[], start: number, end: number) => {
    const before = assigned.get(argument.flag) ?? { values: [], spans: [] };
    assigned.set(argument.flag, { values: [...before.values, ...values], spans: [...before.spans, [start, end]] });
  };
  const valuesEnd = (start: number, most: number) => {
    let end = start;
    while (end < Math.min(start + most, words.length) && !isOption(words[end] as string)) end++;
    return end;
  };
  let afterUnknown = false;
  for (let at = 0; at < words.length; ) {
    const word = words[at] as string;
    if (word === '--') {
      for (; at < words.length; at++) rest.push(at);
      break;
    }
    const equals = word.startsWith('--') ? word.indexOf('=') : -1;
    const option = byFlag.get(equals === -1 ? word : word.slice(0, equals));
    let end = at + 1;
    if (option && (option.repeats || !assigned.has(option.flag))) {
      if (option.takes === 'switch') take(option, [word], at, end);
      else if (equals !== -1) take(option, [word.slice(equals + 1)], at, end);
      else {
        end = valuesEnd(at + 1, option.takes === 'value' ? 1 : words.length);
        take(option, words.slice(at + 1, end), at, end);
      }
      afterUnknown = false;
    } else if (option || isOption(word)) {
      rest.push(at);
      afterUnknown = true;
    } else {
      const positional = afterUnknown ? undefined : positionals.find(({ flag }) => !assigned.has(flag));
      if (positional?.takes === 'values') end = valuesEnd(at, words.length);
      if (positional) take(positional, words.slice(at, end), at, end);
      else rest.push(at);
    }
    at = end;
  }
  return { assigned, rest };
}

function isOption(word: string): boolean {
  return word.startsWith('-') && word.length > 1 && !/^-\.?\d/.test(word);
}

/** The words with one argument set to `values`, or taken out; everything else stays where it is. */
export function setArgument(
  all: readonly ScriptArgument[],
  words: readonly string[],
  argument: ScriptArgument,
  values: readonly string[] | undefined,
): string[] {
  const known = activeArguments(all, words);
  const { assigned } = assignWords(known, words);
  const fresh = values === undefined ? [] : spell(argument, values);
  const there = assigned.get(argument.flag)?.spans;
  const place = there?.[0]?.[0] ?? placeFor(known, assigned, words, argument);
  return replaceWords(words, new Set((there ?? []).flatMap(([start, end]) => range(start, end))), place, fresh);
}

/** The words with those that belong to no known argument replaced. */
export function setRest(all: readonly ScriptArgument[], words: readonly string[], fresh: readonly string[]): string[] {
  const { rest } = assignWords(activeArguments(all, words), words);
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
  if (argument.flags.length === 0 || argument.takes === 'switch') return [...values];
  if (argument.repeats) return values.flatMap((value) => spellOption(argument.flag, [value]));
  return spellOption(argument.flag, values);
}

function spellOption(flag: string, values: readonly string[]): string[] {
  const [only] = values;
  const glue = values.length === 1 && only !== undefined && isOption(only) && flag.startsWith('--');
  return glue ? [`${flag}=${only}`] : [flag, ...values];
}

/** Positionals keep their order; the script's own options go before a sub-command, all others to the end. */
function placeFor(
  known: readonly ScriptArgument[],
  assigned: Assignment['assigned'],
  words: readonly string[],
  argument: ScriptArgument,
): number {
  if (argument.flags.length === 0) {
    const before = known.slice(0, known.indexOf(argument)).filter(({ flags }) => flags.length === 0);
    return Math.max(0, ...before.map(({ flag }) => assigned.get(flag)?.spans.at(-1)?.[1] ?? 0));
  }
  const commands = known.flatMap(({ command }) => (command === null ? [] : [command.split(' ')[0]]));
  const command = argument.command === null ? words.findIndex((word) => commands.includes(word)) : -1;
  if (command !== -1) return command;
  const end = words.indexOf('--');
  return end === -1 ? words.length : end;
}

/** Required arguments that have no value yet. */
export function missingArguments(all: readonly ScriptArgument[], words: readonly string[]): ScriptArgument[] {
  const known = activeArguments(all, words);
  const { assigned } = assignWords(known, words);
  return known.filter((argument) => argument.required && !assigned.get(argument.flag)?.values.length);
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
