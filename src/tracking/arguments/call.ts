import type { CallArguments } from './add-argument.ts';
import { inherit, newParser } from './argument-parser.ts';
import { member } from './attribute.ts';
import { callName, callValueMethod } from './builtins.ts';
import { callCommand } from './click-commands.ts';
import { evaluate } from './evaluate.ts';
import { execute } from './execute.ts';
import { callConfigStore } from './hydra.ts';
import { callLibrary } from './libraries.ts';
import { callParser, callSubparsers } from './parser-methods.ts';
import { type Frame, note, type Reading } from './reading.ts';
import { field, type SyntaxNode } from './syntax.ts';
import { callTyperApp } from './typer.ts';
import {
  type ClassValue,
  equal,
  type FunctionValue,
  type InstanceValue,
  newScope,
  none,
  parserOf,
  type Scope,
  unknown,
  type Value,
} from './values.ts';

const deepestStack = 25;
/** Characters of a function that has nothing to do with arguments, and how many of them may call each other. */
const longestAside = 600;
const deepestAside = 2;

export function call(reading: Reading, scope: Scope, node: SyntaxNode): Value {
  const target = field(node, 'function');
  if (!target) return unknown;
  const callee = evaluate(reading, scope, target);
  if (callee.kind === 'name' && callee.path === 'super') return superOf(reading);
  return apply(reading, callee, readCall(reading, scope, field(node, 'arguments')), target.text);
}

function apply(reading: Reading, callee: Value, given: CallArguments, text: string): Value {
  if (callee.kind === 'function') return invoke(reading, callee, given);
  if (callee.kind === 'class') return construct(reading, callee, given);
  if (callee.kind === 'decorator') return callee.apply(given.positional[0] ?? unknown);
  if (callee.kind === 'command') callee.parser.parsed = true;
  if (callee.kind === 'typer') callee.app.called = true;
  if (callee.kind === 'method') {
    if (callee.of.kind === 'made') return callConfigStore(reading, callee.of, callee.name, given);
    if (callee.of.kind === 'command') return callCommand(reading, callee.of, callee.name, given);
    if (callee.of.kind === 'typer') return callTyperApp(callee.of.app, callee.name, given);
    if (callee.of.kind === 'subparsers') return callSubparsers(reading, callee.of.parser, callee.name, given);
    const parser = parserOf(callee.of);
    if (parser) return callParser(reading, parser, callee.name, given);
    return callValueMethod(reading, callee.of, callee.name, given);
  }
  if (callee.kind === 'name') {
    if (isParserClass(callee)) return { kind: 'parser', parser: makeParser(reading, given) };
    const known = callName(callee.path, given) ?? callLibrary(reading, callee.path, given);
    if (known) return known;
  }
  return elsewhere(reading, given, text);
}

/** A function that cannot be read. It may add arguments to a parser that it is given, and give it back. */
function elsewhere(reading: Reading, given: CallArguments, text: string): Value {
  const passed = [...given.positional, ...given.keywords.values()].find((value) => parserOf(value));
  if (!passed) return unknown;
  if (!/^(print|argcomplete\.|shtab\.)/.test(text)) note(reading, 'parser-elsewhere', { name: text.slice(0, 60) });
  return passed;
}

/** What a function becomes by a decorator; itself where that is not known. */
export function decorate(reading: Reading, decorator: Value, target: Value): Value {
  if (decorator.kind === 'function' && !reading.relevant.has(decorator.node)) return target;
  if (!/^(decorator|function|method|name)$/.test(decorator.kind)) return target;
  const given = { positional: [target], keywords: new Map(), sources: new Map(), open: false };
  const made = apply(reading, decorator, given, '');
  if (made.kind === 'decorator') return made.apply(target);
  return made.kind === 'function' || made.kind === 'command' ? made : target;
}

export function isParserClass(value: Value): boolean {
  return value.kind === 'name' && /(^|\.)(ArgumentParser|ArgParser)$/.test(value.path);
}

export function makeParser(reading: Reading, given: CallArguments): ReturnType<typeof newParser> {
  const parser = newParser(reading.loops);
  reading.parsers.push(parser);
  takeParents(parser, given);
  return parser;
}

export function takeParents(parser: ReturnType<typeof newParser>, given: CallArguments): void {
  const parents = given.keywords.get('parents');
  for (const parent of parents?.kind === 'list' ? parents.items : []) {
    const from = parserOf(parent);
    if (from) inherit(parser, from);
  }
}

function readCall(reading: Reading, scope: Scope, list: SyntaxNode | undefined): CallArguments {
  const given: CallArguments = { positional: [], keywords: new Map(), sources: new Map(), open: false };
  if (list?.type === 'generator_expression') return { ...given, positional: [evaluate(reading, scope, list)] };
  for (const child of list?.children ?? []) {
    if (child.type === 'keyword_argument') {
      const [name, value] = [field(child, 'name')?.text, field(child, 'value')];
      if (name === undefined || !value) continue;
      given.keywords.set(name, evaluate(reading, scope, value));
      given.sources.set(name, value.text);
    } else if (child.type === 'list_splat' || child.type === 'dictionary_splat') {
      spread(given, child.children[0] ? evaluate(reading, scope, child.children[0]) : unknown);
    } else {
      given.positional.push(evaluate(reading, scope, child));
    }
  }
  return given;
}

function spread(given: CallArguments, value: Value): void {
  if (value.kind === 'list') given.positional.push(...value.items);
  if (value.kind === 'dict') {
    for (const [key, item] of value.entries) if (key.kind === 'str') given.keywords.set(key.value, item);
  }
  given.open ||= (value.kind !== 'list' && value.kind !== 'dict') || value.open;
}

/** Follows a function of the script with these arguments; what it returns as far as it is known. */
export function invoke(reading: Reading, callee: FunctionValue, given: CallArguments): Value {
  const body = field(callee.node, 'body');
  if (!body || !isWorthFollowing(reading, callee)) return unknown;
  reading.called.add(callee.node);
  reading.following.add(callee.node);
  const scope = newScope(callee.scope);
  const self = callee.self;
  bindParameters(reading, callee, scope, self ? { ...given, positional: [self, ...given.positional] } : given);
  const frame: Frame = { returned: [], ended: false, owner: callee.owner, self };
  const { branches } = reading;
  reading.branches = 0;
  reading.frames.push(frame);
  const value = callee.node.type === 'lambda' ? evaluate(reading, scope, body) : undefined;
  if (!value) execute(reading, scope, body);
  reading.frames.pop();
  reading.branches = branches;
  reading.following.delete(callee.node);
  return value ?? joined(frame.returned);
}

function isWorthFollowing(reading: Reading, { node }: FunctionValue): boolean {
  if (reading.frames.length >= deepestStack || reading.following.has(node)) return false;
  if (reading.relevant.has(node)) return true;
  const aside = [...reading.following].filter((other) => !reading.relevant.has(other)).length;
  return node.text.length <= longestAside && aside < deepestAside;
}

function joined(values: Value[]): Value {
  const [first] = values;
  if (!first) return none;
  const parser = values.find((value) => parserOf(value));
  if (parser) return parser;
  return values.every((value) => value === first || equal(value, first)) ? first : unknown;
}

function bindParameters(reading: Reading, callee: FunctionValue, scope: Scope, given: CallArguments): void {
  const rest = [...given.positional];
  const keywords = new Map(given.keywords);
  let keywordOnly = false;
  for (const node of field(callee.node, 'parameters')?.children ?? []) {
    if (node.type === 'keyword_separator') keywordOnly = true;
    const splat = /^\s*(\*\*?)\s*(\w+)/.exec(node.text);
    if (splat?.[1] === '*') {
      scope.names.set(splat[2] as string, { kind: 'list', items: rest.splice(0), open: given.open });
      keywordOnly = true;
    } else if (splat) {
      const entries = [...keywords].map(([key, value]): [Value, Value] => [{ kind: 'str', value: key }, value]);
      scope.names.set(splat[2] as string, { kind: 'dict', entries, open: given.open });
    } else {
      const name = /^\w+/.exec(node.text)?.[0];
      if (name === undefined) continue;
      const passed = keywords.get(name) ?? (keywordOnly ? undefined : rest.shift());
      keywords.delete(name);
      const fallback = field(node, 'value');
      scope.names.set(name, passed ?? (fallback && !given.open ? evaluate(reading, callee.scope, fallback) : unknown));
    }
  }
}

function construct(reading: Reading, of: ClassValue, given: CallArguments): Value {
  const derived = derivesFromParser(of);
  const instance: InstanceValue = {
    kind: 'instance',
    class: of,
    attributes: new Map(),
    parser: derived ? makeParser(reading, given) : null,
  };
  const initializer = member(of, '__init__');
  if (initializer?.kind === 'function') invoke(reading, { ...initializer, self: instance }, given);
  return instance;
}

function derivesFromParser(of: ClassValue, seen = new Set<ClassValue>()): boolean {
  if (seen.has(of)) return false;
  seen.add(of);
  return of.bases.some((base) => isParserClass(base) || (base.kind === 'class' && derivesFromParser(base, seen)));
}

function superOf(reading: Reading): Value {
  const frame = reading.frames.at(-1);
  return frame?.owner && frame.self ? { kind: 'super', class: frame.owner, self: frame.self } : unknown;
}
