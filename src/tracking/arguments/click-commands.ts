import type { ScriptArgument } from '../../contract/arguments.ts';
import { type CallArguments, plainArgument, stringOf } from './add-argument.ts';
import { type ArgumentParser, addTo, newParser } from './argument-parser.ts';
import { note, type Reading } from './reading.ts';
import { type CommandValue, type FunctionValue, truth, unknown, type Value } from './values.ts';

/** `@click.command(…)`, `@click.group(…)` and those of a group, with and without parentheses. */
export function newCommand(reading: Reading, given: CallArguments, parent: CommandValue | null): Value {
  const [first] = given.positional;
  if (first?.kind === 'function') return makeCommand(reading, first, first.name, parent, given);
  const explicit = stringOf(given.keywords.get('name') ?? first);
  const decorator: Value = {
    kind: 'decorator',
    apply(target) {
      if (target.kind !== 'function') return target;
      return makeCommand(reading, target, explicit, parent, given);
    },
  };
  return decorator;
}

/** A method of a command or a group. */
export function callCommand(reading: Reading, command: CommandValue, name: string, given: CallArguments): Value {
  if (name === 'command' || name === 'group') return newCommand(reading, given, command);
  if (name === 'main') command.parser.parsed = true;
  const [child, second] = given.positional;
  if (name !== 'add_command' || !child) return unknown;
  if (child.kind === 'command') {
    attach(command.parser, stringOf(given.keywords.get('name') ?? second) ?? child.name, child.parser, {
      source: 'click',
      required: !command.optional,
      line: reading.place.line,
    });
  } else note(reading, 'argument-computed');
  return unknown;
}

function makeCommand(
  reading: Reading,
  target: FunctionValue,
  explicit: string | undefined,
  parent: CommandValue | null,
  given: CallArguments,
): CommandValue {
  const parser = newParser(reading.loops);
  for (const argument of target.declared.toReversed()) addTo(parser, argument);
  reading.parsers.push(parser);
  const without = given.keywords.get('invoke_without_command');
  const name = explicit ?? commandName(target.name);
  if (parent) {
    const { line } = reading.place;
    attach(parent.parser, name, parser, { source: 'click', required: !parent.optional, line });
  }
  return { kind: 'command', name, parser, optional: without !== undefined && truth(without) === true };
}

/** Makes a parser one sub-command of another. */
export function attach(
  owner: ArgumentParser,
  name: string,
  parser: ArgumentParser,
  chooser: Pick<ScriptArgument, 'source' | 'required' | 'line'>,
): void {
  parser.part = true;
  if (owner.commands.some((other) => other.name === name)) return;
  owner.commands.push({ name, parser });
  if (!owner.chooser) {
    owner.chooser = { ...plainArgument, flag: 'command', dest: 'command', choices: [], ...chooser };
    owner.arguments.push(owner.chooser);
  }
  owner.chooser.choices?.push(name);
}

/** As click names a command after its function, since 8.2 without an ending that says what it is. */
function commandName(name: string): string {
  const dashed = name.toLowerCase().replaceAll('_', '-');
  return dashed.replace(/(?<=.)-(command|cmd|group|grp)$/, '');
}
