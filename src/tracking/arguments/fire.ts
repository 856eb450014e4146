import type { ScriptArgument } from '../../contract/arguments.ts';
import { type CallArguments, plainArgument } from './add-argument.ts';
import { readAnnotation } from './annotation.ts';
import { type ArgumentParser, addTo, newParser } from './argument-parser.ts';
import { member } from './attribute.ts';
import { attach } from './click-commands.ts';
import { valueType } from './click-types.ts';
import { parameterHelp } from './docstring.ts';
import { type Parameter, parametersOf } from './parameters.ts';
import { note, type Reading } from './reading.ts';
import { type ClassValue, type FunctionValue, none, scalarText, unknown, type Value } from './values.ts';

const deepestCommand = 3;

/** `fire.Fire(…)`: what it is given becomes the command line. */
export function callFire(reading: Reading, given: CallArguments): Value {
  const parser = newParser(reading.loops);
  parser.parsed = true;
  reading.parsers.push(parser);
  const component = given.positional[0] ?? given.keywords.get('component');
  if (component && component.kind !== 'none') addComponent(reading, parser, component, 1);
  else addNames(reading, parser, reading.mainNames, 1);
  return unknown;
}

function addComponent(reading: Reading, parser: ArgumentParser, component: Value, depth: number): void {
  switch (component.kind) {
    case 'function':
      addParameters(reading, parser, component, true);
      break;
    case 'class': {
      const initializer = member(component, '__init__');
      if (initializer?.kind === 'function') addParameters(reading, parser, initializer, false);
      addMethods(reading, parser, component, depth);
      break;
    }
    case 'instance':
      addMethods(reading, parser, component.class, depth);
      break;
    case 'module':
      addNames(reading, parser, component.scope.names, depth);
      break;
    case 'dict':
      for (const [key, value] of component.entries) {
        const name = scalarText(key);
        if (name !== undefined) addCommand(reading, parser, name, value, depth);
      }
      if (component.open) note(reading, 'argument-computed');
      break;
    default:
      note(reading, 'argument-computed');
  }
}

function addNames(reading: Reading, parser: ArgumentParser, names: Map<string, Value>, depth: number): void {
  for (const [name, value] of names) {
    const own = (value.kind === 'function' || value.kind === 'class') && !name.startsWith('_');
    if (own) addCommand(reading, parser, name, value, depth);
  }
}

function addMethods(reading: Reading, parser: ArgumentParser, of: ClassValue, depth: number): void {
  const names = new Set<string>();
  const collect = (from: ClassValue, seen: Set<ClassValue>) => {
    if (seen.has(from)) return;
    seen.add(from);
    for (const [name, value] of from.members.names) {
      if (value.kind === 'function' && value.binding !== 'property' && !name.startsWith('_')) names.add(name);
    }
    for (const base of from.bases) if (base.kind === 'class') collect(base, seen);
  };
  collect(of, new Set());
  for (const name of names) addCommand(reading, parser, name, member(of, name) ?? unknown, depth);
}

function addCommand(reading: Reading, parser: ArgumentParser, name: string, value: Value, depth: number): void {
  const command = newParser(0);
  if (depth < deepestCommand && value.kind !== 'unknown') addComponent(reading, command, value, depth + 1);
  attach(parser, name, command, { source: 'fire', required: false, line: reading.place.line });
}

function addParameters(reading: Reading, parser: ArgumentParser, of: FunctionValue, positional: boolean): void {
  const help = parameterHelp(of.node);
  const parameters = parametersOf(reading, of);
  // A word without a flag goes to the first parameter that is not given, before any reaches `*rest`.
  const open = parameters.some(({ kind, default: value }) => kind === 'plain' && value !== null);
  for (const parameter of parameters) {
    if (parameter.kind === 'options' || (parameter.kind === 'rest' && open)) {
      const stars = parameter.kind === 'rest' ? '*' : '**';
      note(reading, 'parameter-open', { name: `${stars}${parameter.name}` });
      continue;
    }
    const argument = readParameter(reading, of, parameter, positional);
    addTo(parser, { ...argument, help: help.get(parameter.name)?.trim() || null });
  }
}

/** Fire reads every value as Python would where it can, whatever is declared; so the type is what a person is asked for. */
function readParameter(reading: Reading, of: FunctionValue, parameter: Parameter, positional: boolean): ScriptArgument {
  const { name, line, kind } = parameter;
  const annotation = readAnnotation(reading, of.scope, parameter.annotation);
  if (kind === 'rest') {
    return { ...plainArgument, source: 'fire', flag: name, dest: name, type: 'literal', takes: 'values', line };
  }
  const fallback = parameter.default;
  const plain = annotation.shape === 'one' && annotation.type !== undefined;
  const type = plain ? (annotation.type as ScriptArgument['type']) : suggestedType(fallback);
  const dashed = name.replaceAll('_', '-');
  return {
    ...plainArgument,
    source: 'fire',
    flag: `--${name}`,
    flags: dashed === name ? [`--${name}`] : [`--${name}`, `--${dashed}`],
    positional: positional && kind === 'plain',
    dest: name,
    type,
    required: fallback === null,
    default: fallback && fallback !== none ? pythonText(fallback, type === 'string' || type === 'path') : null,
    choices: type === 'boolean' ? ['True', 'False'] : annotation.choices,
    line,
  };
}

/** By the default: a whole number may become any number, and text stays text. */
function suggestedType(value: Value | null): ScriptArgument['type'] {
  if (!value || value.kind === 'list') return 'literal';
  if (value.kind === 'str') return 'string';
  const type = valueType(value);
  return type === 'integer' ? 'number' : type === 'string' ? 'literal' : type;
}

/** A value as Python writes it; null where it is not known. */
function pythonText(value: Value, bare: boolean): string | null {
  if (value.kind === 'str') return bare ? value.value : JSON.stringify(value.value);
  if (value.kind === 'list') {
    const items = value.items.map((item) => pythonText(item, false));
    return value.open || items.includes(null) ? null : `[${items.join(', ')}]`;
  }
  if (value.kind === 'dict') {
    const items = value.entries.map(([key, item]) => [pythonText(key, false), pythonText(item, false)]);
    if (value.open || items.some((pair) => pair.includes(null))) return null;
    return `{${items.map((pair) => pair.join(': ')).join(', ')}}`;
  }
  return value.kind === 'none' && bare ? null : (scalarText(value) ?? null);
}
