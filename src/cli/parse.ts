import { parseArgs } from 'node:util';
import { fault } from '../contract/errors.ts';
import type { Command, Invocation, OptionSpec } from './command.ts';

export const globalOptions: Record<string, OptionSpec> = {
  store: { value: 'DIR', help: 'use this store: a .trainyard folder, or the folder that holds one' },
  json: { help: 'one JSON document on standard output' },
  help: { short: 'h', help: 'this text' },
};

/** Reads the arguments that follow a command's name. Throws `usage` for what the command does not take. */
export function parseCommand(command: Command, given: string[], cwd: string): Invocation {
  const { own, rest } = command.passesOn ? splitAtDashes(given) : { own: given, rest: null };
  const dashed = command.dashOperands ? own.filter((argument) => /^-[^-]/.test(argument) && argument !== '-h') : [];
  const { operands, options } = parse(
    command.name,
    { ...command.options, ...globalOptions },
    own.filter((argument) => !dashed.includes(argument)),
  );
  return {
    command: command.name,
    operands: [...operands, ...dashed],
    rest,
    options,
    json: options.json !== undefined,
    store: options.store?.at(-1),
    cwd,
  };
}

function splitAtDashes(given: string[]): { own: string[]; rest: string[] | null } {
  const dashes = given.indexOf('--');
  if (dashes === -1) return { own: given, rest: null };
  return { own: given.slice(0, dashes), rest: given.slice(dashes + 1) };
}

function parse(command: string, specs: Record<string, OptionSpec>, args: string[]) {
  const { tokens } = parseArgs({
    args,
    strict: false,
    allowPositionals: true,
    tokens: true,
    options: Object.fromEntries(
      Object.entries(specs).map(([name, spec]) => [
        name,
        { type: spec.value ? ('string' as const) : ('boolean' as const), ...(spec.short ? { short: spec.short } : {}) },
      ]),
    ),
  });
  const operands: string[] = [];
  const options: Record<string, string[]> = {};
  for (const token of tokens) {
    if (token.kind === 'positional') operands.push(token.value);
    if (token.kind !== 'option') continue;
    const spec = Object.hasOwn(specs, token.name) ? specs[token.name] : undefined;
    if (!spec) throw unknownOption(command, token.rawName, operands);
    if (spec.value && token.value === undefined)
      throw usage(command, `${token.rawName} needs a value (${spec.value}).`);
    if (!spec.value && token.value !== undefined) throw usage(command, `${token.rawName} takes no value.`);
    const earlier = options[token.name];
    if (earlier && spec.value && !spec.many) throw usage(command, `${token.rawName} was given twice.`);
    options[token.name] = [...(earlier ?? []), token.value ?? ''];
  }
  return { operands, options };
}

function unknownOption(command: string, name: string, operands: string[]) {
  if (command === 'run' && operands.length > 0)
    return usage(command, `${name} is no option of Trainyard; put the script's own arguments after “--”.`);
  return usage(command, `There is no option ${name}.`);
}

/** The command line is wrong: said with where to read how it goes. */
export function usage(command: string, problem: string) {
  return fault('usage', { problem, command });
}

/** `KEY=VALUE` options as a mapping. */
export function keyValues(command: string, name: string, given: string[]): Record<string, string> {
  const pairs = given.map((text): [string, string] => {
    const equals = text.indexOf('=');
    if (equals < 1) throw usage(command, `--${name} ${JSON.stringify(text)} is not KEY=VALUE.`);
    return [text.slice(0, equals), text.slice(equals + 1)];
  });
  return Object.fromEntries(pairs);
}

/** A number given as an option. Throws `usage` where it is none, or below `least`. */
export function numberOption(invocation: Invocation, name: string, least?: number): number | undefined {
  const text = invocation.options[name]?.at(-1);
  if (text === undefined) return undefined;
  const value = Number(text);
  const whole = least !== undefined;
  if (text.trim() === '' || !Number.isFinite(value) || (whole && (!Number.isInteger(value) || value < least))) {
    const wanted = whole ? `a whole number from ${least}` : 'a number';
    throw usage(invocation.command, `--${name} ${JSON.stringify(text)} is not ${wanted}.`);
  }
  return value;
}
