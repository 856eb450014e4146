import type { ScriptArgument } from '../../contract/arguments.ts';
import { type CallArguments, stringOf, typedText } from './add-argument.ts';
import { type Annotation, readAnnotation } from './annotation.ts';
import { type ArgumentParser, addTo, newParser } from './argument-parser.ts';
import { readOption, readPositional } from './click.ts';
import { attach } from './click-commands.ts';
import { type Parameter, parametersOf } from './parameters.ts';
import type { Reading } from './reading.ts';
import { type FunctionValue, type MadeValue, none, type TyperApp, truth, unknown, type Value } from './values.ts';

/** A function or class of typer; undefined where it has nothing to do with arguments. */
export function callTyper(reading: Reading, name: string, given: CallArguments): Value | undefined {
  if (name === 'Option' || name === 'Argument') return { kind: 'made', path: `typer.${name}`, given };
  if (name === 'Typer') return { kind: 'typer', app: newApp(reading, given) };
  const [target] = given.positional;
  if (name === 'get_command' && target?.kind === 'typer') {
    target.app.part = true;
    return { kind: 'command', name: target.app.name ?? '', parser: typerParser(reading, target.app), optional: false };
  }
  if (name !== 'run' || target?.kind !== 'function') return undefined;
  const app = newApp(reading, { ...given, keywords: new Map() });
  app.commands.push({ name: commandName(target.name), target });
  app.called = true;
  return none;
}

function newApp(reading: Reading, { keywords }: CallArguments): TyperApp {
  const callback = keywords.get('callback');
  const app: TyperApp = {
    name: stringOf(keywords.get('name')) ?? null,
    callback: callback?.kind === 'function' ? callback : null,
    optional: isTrue(keywords.get('invoke_without_command')),
    commands: [],
    apps: [],
    called: false,
    part: false,
  };
  reading.apps.push(app);
  return app;
}

/** A method of a `typer.Typer()`. */
export function callTyperApp(app: TyperApp, name: string, given: CallArguments): Value {
  const [first] = given.positional;
  if (name === 'add_typer' && first?.kind === 'typer') {
    first.app.part = true;
    app.apps.push({ name: stringOf(given.keywords.get('name')) ?? null, app: first.app });
  }
  if (name !== 'command' && name !== 'callback') return unknown;
  const explicit = stringOf(given.keywords.get('name') ?? first);
  return {
    kind: 'decorator',
    apply(target) {
      if (target.kind !== 'function') return target;
      if (name === 'command') app.commands.push({ name: explicit ?? commandName(target.name), target });
      else {
        app.callback = target;
        app.optional ||= isTrue(given.keywords.get('invoke_without_command'));
      }
      return target;
    },
  };
}

/** The parser that typer makes of an application: without a sub-command where it has one command alone. */
export function typerParser(reading: Reading, app: TyperApp): ArgumentParser {
  const parser = newParser(0);
  parser.parsed = app.called;
  parser.part = app.part;
  const [only] = app.commands;
  if (only && app.commands.length === 1 && app.apps.length === 0 && !app.callback) {
    addParameters(reading, parser, only.target);
    return parser;
  }
  if (app.callback) addParameters(reading, parser, app.callback);
  const chooser = { source: 'typer', required: !app.optional, line: only?.target.node.line ?? 1 } as const;
  for (const { name, target } of app.commands) {
    const command = newParser(0);
    addParameters(reading, command, target);
    attach(parser, name, command, chooser);
  }
  for (const { name, app: inner } of app.apps) {
    const group = typerGroup(reading, inner);
    const title = name ?? inner.name;
    if (title === null) for (const each of group.commands) attach(parser, each.name, each.parser, chooser);
    else attach(parser, title, group, chooser);
  }
  return parser;
}

/** An application inside another one keeps its single command as a sub-command. */
function typerGroup(reading: Reading, app: TyperApp): ArgumentParser {
  const [only] = app.commands;
  if (!only || app.commands.length > 1 || app.apps.length > 0 || app.callback) return typerParser(reading, app);
  const group = newParser(0);
  const command = newParser(0);
  addParameters(reading, command, only.target);
  attach(group, only.name, command, { source: 'typer', required: true, line: only.target.node.line });
  return group;
}

function addParameters(reading: Reading, parser: ArgumentParser, target: FunctionValue): void {
  for (const parameter of parametersOf(reading, target)) {
    const annotation = readAnnotation(reading, target.scope, parameter.annotation);
    if (/(^|\.)Context$/.test(annotation.name ?? '') || parameter.kind === 'options') continue;
    const argument = readParameter(parameter, annotation);
    if (argument) addTo(parser, argument);
  }
}

/** What typer makes of a parameter: an argument of what has no default, an option of the rest. */
function readParameter(parameter: Parameter, annotation: Annotation): ScriptArgument | undefined {
  const asDefault = parameter.default?.kind === 'made' && parameter.default.path.startsWith('typer.');
  const made: MadeValue | null = asDefault ? (parameter.default as MadeValue) : annotation.extra;
  const given = settings(parameter, made, asDefault);
  const option = made ? made.path === 'typer.Option' : parameter.default !== null;
  const isBool = annotation.type === 'boolean' && annotation.shape === 'one';
  const counted = isTrue(given.keywords.get('count'));
  if (option && given.positional.length === 0) {
    const dashed = commandName(parameter.name);
    const text = isBool && !counted ? `--${dashed}/--no-${dashed}` : `--${dashed}`;
    given.positional.push({ kind: 'str', value: text });
  }
  given.positional.push({ kind: 'str', value: parameter.name });
  if (isBool && option) given.keywords.set('is_flag', { kind: 'bool', value: true });
  const several = annotation.shape === 'list';
  if (several && option) given.keywords.set('multiple', { kind: 'bool', value: true });
  if (several && !option) given.keywords.set('nargs', { kind: 'int', value: -1n });
  if (annotation.count) given.keywords.set('nargs', { kind: 'int', value: BigInt(annotation.count) });
  const fallback = given.keywords.get('default');
  if (!fallback && !option && several) given.keywords.set('required', { kind: 'bool', value: true });
  if (!fallback && option && !given.keywords.has('required'))
    given.keywords.set('required', { kind: 'bool', value: true });
  const positional = given.positional.slice(-1);
  const read = option ? readOption(given, parameter.line) : readPositional({ ...given, positional }, parameter.line);
  if (!read) return undefined;
  const isSwitch = read.takes === 'switch';
  return {
    ...read,
    source: 'typer',
    dest: parameter.name,
    type: isSwitch ? read.type : annotation.choices ? 'string' : (annotation.type ?? read.type),
    choices: isSwitch ? null : (annotation.choices ?? read.choices),
    default: isSwitch && !fallback ? (counted ? null : 'False') : read.default,
  };
}

/** The arguments of `typer.Option(…)` as click would have them: the default by name, option strings alone. */
function settings(parameter: Parameter, made: MadeValue | null, asDefault: boolean): CallArguments {
  const keywords = new Map(made?.given.keywords);
  const positional = [...(made?.given.positional ?? [])];
  const told = asDefault ? (positional.shift() ?? keywords.get('default')) : parameter.default;
  const first = told ?? keywords.get('default_factory');
  keywords.delete('default');
  keywords.delete('type');
  const required = first?.kind === 'name' && first.path === '...';
  if (first && !required) {
    keywords.set('default', first);
    keywords.set('required', { kind: 'bool', value: false });
  }
  const flags = positional.filter((value) => typedText(value, false) !== null);
  return {
    positional: made?.path === 'typer.Option' ? flags : [],
    keywords,
    sources: new Map(),
    open: made?.given.open ?? false,
  };
}

function isTrue(value: Value | undefined): boolean {
  return value !== undefined && truth(value) === true;
}

function commandName(name: string): string {
  return name.toLowerCase().replaceAll('_', '-');
}
