import type { ScriptArgument } from '../../contract/arguments.ts';
import { type CallArguments, plainArgument, typedText } from './add-argument.ts';
import { readAnnotation } from './annotation.ts';
import { addTo, newParser } from './argument-parser.ts';
import { helpOf } from './click.ts';
import { valueType } from './click-types.ts';
import { type DataField, fieldsOf } from './dataclass.ts';
import { note, type Reading } from './reading.ts';
import { equal, type Value } from './values.ts';

/** `HfArgumentParser(…)` of transformers: an argparse parser made of dataclasses. */
export function makeDataclassParser(reading: Reading, given: CallArguments): Value {
  const parser = newParser(reading.loops);
  reading.parsers.push(parser);
  const first = given.positional[0] ?? given.keywords.get('dataclass_types');
  for (const each of first?.kind === 'list' ? first.items : first ? [first] : []) {
    if (each.kind === 'class') for (const field of fieldsOf(reading, each)) addTo(parser, readField(reading, field));
    else note(reading, 'parser-elsewhere', { name: each.kind === 'name' ? each.path : '?' });
  }
  return { kind: 'parser', parser };
}

function readField(
  reading: Reading,
  { name, annotation, of, line, metadata, default: value }: DataField,
): ScriptArgument {
  const found = readAnnotation(reading, of.members, annotation);
  const several = found.shape !== 'one';
  const type = found.type ?? valueType(value ?? undefined);
  const dashed = `--${name.replaceAll('_', '-')}`;
  const help =
    metadata?.kind === 'dict'
      ? metadata.entries.find(([key]) => equal(key, { kind: 'str', value: 'help' }))
      : undefined;
  const fallback = value && typedText(value, several);
  return {
    ...plainArgument,
    flag: `--${name}`,
    flags: dashed === `--${name}` ? [dashed] : [`--${name}`, dashed],
    positional: false,
    dest: name,
    type,
    takes: several ? 'values' : 'value',
    required: value === null && type !== 'boolean',
    default: value === null && type === 'boolean' ? 'False' : fallback,
    choices: type === 'boolean' ? ['True', 'False'] : found.choices,
    help: helpOf(help?.[1]),
    line,
  };
}
