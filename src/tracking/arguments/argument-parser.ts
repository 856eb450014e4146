import type { ScriptArgument } from '../../contract/arguments.ts';

/** An `argparse.ArgumentParser` as far as the source tells of it. */
export interface ArgumentParser {
  arguments: ScriptArgument[];
  commands: { name: string; parser: ArgumentParser }[];
  /** The argument that chooses the sub-command. */
  chooser: ScriptArgument | null;
  /** One of its `parse_…` methods is called. */
  parsed: boolean;
  /** `parse_known_args`: another parser reads the rest of the same command line. */
  partial: boolean;
  /** It only lends its arguments to others, or is one sub-command of another. */
  part: boolean;
  /** How many loops it was made in. */
  loops: number;
}

export function newParser(loops: number): ArgumentParser {
  return { arguments: [], commands: [], chooser: null, parsed: false, partial: false, part: false, loops };
}

export function addTo(parser: ArgumentParser, argument: ScriptArgument): void {
  const clash = argument.flags.length > 0 && parser.arguments.some((other) => sharesFlag(other, argument));
  if (!clash) parser.arguments.push(argument);
}

/** Takes over the arguments of a parent, as `ArgumentParser(parents=[…])` does. */
export function inherit(parser: ArgumentParser, parent: ArgumentParser): void {
  parent.part = true;
  for (const argument of parent.arguments) addTo(parser, { ...argument });
  parser.commands.push(...parent.commands);
}

/** `set_defaults(dest=…)`: the argument keeps its place and gets another default. */
export function setDefault(parser: ArgumentParser, dest: string, text: string | null): void {
  for (const argument of parser.arguments) {
    if (argument.dest === dest) argument.default = text;
  }
}

/** The arguments of a parser and of its sub-commands, which say so. */
export function allArguments(parser: ArgumentParser, command: string | null = null): ScriptArgument[] {
  const own = parser.arguments.map((argument) => ({ ...argument, command }));
  const further = parser.commands.flatMap(({ name, parser: sub }) =>
    allArguments(sub, command === null ? name : `${command} ${name}`),
  );
  return [...own, ...further];
}

/** The parsers that read the script's command line. */
export function effectiveParsers(parsers: ArgumentParser[]): { parsers: ArgumentParser[]; several: boolean } {
  const filled = parsers.filter((parser) => parser.arguments.length > 0 || parser.commands.length > 0);
  const parsed = filled.filter((parser) => parser.parsed);
  const chosen = parsed.length > 0 ? parsed : filled.filter((parser) => !parser.part);
  return { parsers: chosen, several: chosen.filter((parser) => !parser.partial).length > 1 };
}

/** Joins the arguments of several parsers; what two of them take is offered once. */
export function mergeArguments(lists: ScriptArgument[][]): ScriptArgument[] {
  const merged: ScriptArgument[] = [];
  for (const argument of lists.flat()) {
    const known = merged.some(
      (other) =>
        other.command === argument.command &&
        (argument.flags.length === 0
          ? other.flags.length === 0 && other.flag === argument.flag
          : sharesFlag(other, argument)),
    );
    if (!known) merged.push(argument);
  }
  return merged;
}

function sharesFlag(one: ScriptArgument, other: ScriptArgument): boolean {
  return one.flags.some((flag) => other.flags.includes(flag));
}
