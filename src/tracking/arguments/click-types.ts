import type { ScriptArgument } from '../../contract/arguments.ts';
import { choiceTexts, namedType } from './add-argument.ts';
import { enumMembers } from './enums.ts';
import { scalarText, type Value } from './values.ts';

export interface FoundType {
  type: ScriptArgument['type'];
  choices: string[] | null;
  /** How many values, of a tuple. */
  count: number | null;
}

/** What a `type=` of click means; without one, what the default says. */
export function clickType(type: Value | undefined, fallback: Value | undefined): FoundType {
  const plain = (name: ScriptArgument['type']): FoundType => ({ type: name, choices: null, count: null });
  if (!type || type.kind === 'none') return plain(valueType(fallback));
  switch (type.kind) {
    case 'made':
      return madeType(type.path, type.given.positional[0] ?? type.given.keywords.get('choices'), plain);
    case 'list':
      return tupleType(type.items);
    case 'class':
      return { ...plain('string'), choices: enumMembers(type)?.map(([name]) => name) ?? null };
    case 'name':
      return plain(type.path.startsWith('click.') ? namedClickType(type.path) : namedType(type.path));
    case 'function':
      return plain(namedType(type.name));
    default:
      return plain('string');
  }
}

function madeType(
  path: string,
  first: Value | undefined,
  plain: (name: ScriptArgument['type']) => FoundType,
): FoundType {
  if (path === 'click.Choice') {
    const names = first?.kind === 'class' ? enumMembers(first)?.map(([name]) => name) : undefined;
    return { ...plain('string'), choices: names ?? choiceTexts(first) };
  }
  if (path === 'click.Tuple') return tupleType(first?.kind === 'list' ? first.items : []);
  return plain(namedClickType(path));
}

function tupleType(items: Value[]): FoundType {
  const types = items.map((item) => clickType(item, undefined).type);
  const same = types.every((type) => type === types[0]);
  return { type: same ? (types[0] ?? 'string') : 'string', choices: null, count: items.length || null };
}

function namedClickType(path: string): ScriptArgument['type'] {
  switch (path) {
    case 'click.INT':
    case 'click.IntRange':
      return 'integer';
    case 'click.FLOAT':
    case 'click.FloatRange':
      return 'number';
    case 'click.BOOL':
      return 'boolean';
    case 'click.Path':
    case 'click.File':
      return 'path';
    default:
      return 'string';
  }
}

/** The type that a default value suggests; of several, that of the first. */
export function valueType(value: Value | undefined): ScriptArgument['type'] {
  const first = value?.kind === 'list' ? value.items[0] : value;
  if (first?.kind === 'int') return 'integer';
  if (first?.kind === 'float') return 'number';
  if (first?.kind === 'bool') return 'boolean';
  return 'string';
}

/** A default as the text of a choice: a member of an enumeration by its name where the choices are names. */
export function memberName(type: Value | undefined, value: Value): string | undefined {
  const of = type?.kind === 'made' ? type.given.positional[0] : type;
  const members = of?.kind === 'class' ? enumMembers(of) : undefined;
  return members?.find(([, member]) => scalarText(member) === scalarText(value))?.[0];
}
