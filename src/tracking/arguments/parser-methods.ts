import { type CallArguments, readArgument, readChooser, typedText } from './add-argument.ts';
import { type ArgumentParser, addTo, newParser, setDefault } from './argument-parser.ts';
import { takeParents } from './call.ts';
import { note, type Reading } from './reading.ts';
import { none, unknown, type Value } from './values.ts';

export function callParser(reading: Reading, parser: ArgumentParser, name: string, given: CallArguments): Value {
  if (name === 'add_argument' || name === 'add') return addArgument(reading, parser, given);
  if (name === 'add_argument_group' || name === 'add_mutually_exclusive_group') return { kind: 'parser', parser };
  if (name === 'add_subparsers') {
    parser.chooser = readChooser(given, reading.place.line);
    parser.arguments.push(parser.chooser);
    return { kind: 'subparsers', parser };
  }
  if (name === 'set_defaults') {
    for (const [dest, value] of given.keywords) {
      const several = parser.arguments.some((argument) => argument.dest === dest && argument.takes === 'values');
      setDefault(parser, dest, typedText(value, several));
    }
    return none;
  }
  if (name.startsWith('parse_')) {
    parser.parsed = true;
    parser.partial ||= name.startsWith('parse_known');
  }
  return unknown;
}

export function callSubparsers(reading: Reading, owner: ArgumentParser, name: string, given: CallArguments): Value {
  if (name !== 'add_parser') return unknown;
  const command = given.positional[0] ?? given.keywords.get('name');
  const parser = newParser(reading.loops);
  parser.part = true;
  takeParents(parser, given);
  if (command?.kind !== 'str' || given.open) {
    note(reading, reading.loops > owner.loops ? 'argument-in-loop' : 'argument-computed');
    return { kind: 'parser', parser };
  }
  owner.commands.push({ name: command.value, parser });
  owner.chooser?.choices?.push(command.value, ...aliases(given.keywords.get('aliases')));
  return { kind: 'parser', parser };
}

function addArgument(reading: Reading, parser: ArgumentParser, given: CallArguments): Value {
  const argument = readArgument(given, reading.place.line);
  if (argument === null) return unknown;
  if (reading.loops > parser.loops) note(reading, 'argument-in-loop');
  else if (argument === undefined) note(reading, 'argument-computed');
  else addTo(parser, argument);
  return unknown;
}

function aliases(value: Value | undefined): string[] {
  return value?.kind === 'list' ? value.items.flatMap((item) => (item.kind === 'str' ? [item.value] : [])) : [];
}
