import type { ScriptArgument } from '../../contract/arguments.ts';
import type { CallArguments } from './add-argument.ts';
import type { ArgumentParser } from './argument-parser.ts';
import type { SyntaxNode } from './syntax.ts';

/** What is known of a Python value without running anything. */
export type Value =
  | { kind: 'unknown' }
  | { kind: 'none' }
  | { kind: 'bool'; value: boolean }
  | { kind: 'int'; value: bigint }
  | { kind: 'float'; value: number; text: string }
  | { kind: 'str'; value: string }
  | ListValue
  | DictValue
  /** Something defined elsewhere, by its dotted name: `int`, `argparse.ArgumentParser`, `os.path.join`. */
  | { kind: 'name'; path: string }
  | { kind: 'method'; of: Value; name: string }
  | FunctionValue
  | ClassValue
  | InstanceValue
  | { kind: 'parser'; parser: ArgumentParser }
  | { kind: 'subparsers'; parser: ArgumentParser }
  | { kind: 'super'; class: ClassValue; self: Value }
  /** What a call of a library's class or function made: `click.Choice([…])`, `typer.Option(…)`. */
  | MadeValue
  | DecoratorValue
  | CommandValue
  | { kind: 'typer'; app: TyperApp }
  | ModuleValue;

/** A list, tuple, set or range; `open` where more may be in it than is known. */
export interface ListValue {
  kind: 'list';
  items: Value[];
  open: boolean;
}

export interface DictValue {
  kind: 'dict';
  entries: [key: Value, value: Value][];
  open: boolean;
}

export interface FunctionValue {
  kind: 'function';
  node: SyntaxNode;
  name: string;
  scope: Scope;
  self: Value | null;
  owner: ClassValue | null;
  binding: 'plain' | 'static' | 'class' | 'property';
  /** What decorators of click have given it, the last one first. */
  declared: ScriptArgument[];
}

export interface MadeValue {
  kind: 'made';
  path: string;
  given: CallArguments;
}

export interface DecoratorValue {
  kind: 'decorator';
  apply(target: Value): Value;
}

/** A command or a group of click. */
export interface CommandValue {
  kind: 'command';
  name: string;
  parser: ArgumentParser;
  /** A group that does something without a sub-command. */
  optional: boolean;
}

/** A `typer.Typer()`. */
export interface TyperApp {
  name: string | null;
  callback: FunctionValue | null;
  optional: boolean;
  commands: { name: string; target: FunctionValue }[];
  apps: { name: string | null; app: TyperApp }[];
  /** It is called, or part of another one. */
  called: boolean;
  part: boolean;
}

export interface ClassValue {
  kind: 'class';
  name: string;
  bases: Value[];
  members: Scope;
  node: SyntaxNode;
}

export interface InstanceValue {
  kind: 'instance';
  class: ClassValue;
  attributes: Map<string, Value>;
  /** Where the class derives from ArgumentParser. */
  parser: ArgumentParser | null;
}

export interface ModuleValue {
  kind: 'module';
  file: string;
  scope: Scope;
}

export interface Scope {
  names: Map<string, Value>;
  parent: Scope | null;
  /** The file that the code stands in, and the names at its top level. */
  file: string;
  moduleNames: Map<string, Value>;
  /** Names that a `global` statement hands to the module. */
  globals: Set<string>;
}

export const unknown: Value = { kind: 'unknown' };
export const none: Value = { kind: 'none' };

export function newScope(parent: Scope): Scope {
  return { names: new Map(), parent, file: parent.file, moduleNames: parent.moduleNames, globals: new Set() };
}

export function newModuleScope(file: string): Scope {
  const names = new Map<string, Value>();
  return { names, parent: null, file, moduleNames: names, globals: new Set() };
}

export function find(scope: Scope, name: string): Value | undefined {
  for (let at: Scope | null = scope; at; at = at.parent) {
    const value = at.names.get(name);
    if (value) return value;
  }
  return undefined;
}

/** The parser behind a value: an ArgumentParser, one of its groups, or an object of a class derived from it. */
export function parserOf(value: Value): ArgumentParser | null {
  if (value.kind === 'parser') return value.parser;
  if (value.kind === 'instance') return value.parser;
  return null;
}

/** A scalar as Python's `str` writes it; undefined for anything else. */
export function scalarText(value: Value): string | undefined {
  switch (value.kind) {
    case 'str':
      return value.value;
    case 'int':
      return String(value.value);
    case 'float':
      return value.text;
    case 'bool':
      return value.value ? 'True' : 'False';
    case 'none':
      return 'None';
    default:
      return undefined;
  }
}

/** Truth where it is known. */
export function truth(value: Value): boolean | undefined {
  switch (value.kind) {
    case 'none':
      return false;
    case 'bool':
      return value.value;
    case 'int':
      return value.value !== 0n;
    case 'float':
      return value.value !== 0;
    case 'str':
      return value.value !== '';
    case 'list':
      return value.open ? undefined : value.items.length > 0;
    case 'dict':
      return value.open ? undefined : value.entries.length > 0;
    default:
      return undefined;
  }
}

/** Equality of scalars; undefined where it is not known. */
export function equal(left: Value, right: Value): boolean | undefined {
  const number = (value: Value) =>
    value.kind === 'int' || value.kind === 'float' || value.kind === 'bool' ? Number(value.value) : undefined;
  const [one, other] = [number(left), number(right)];
  if (one !== undefined && other !== undefined) return one === other;
  const [text, otherText] = [scalarText(left), scalarText(right)];
  if (text === undefined || otherText === undefined) return undefined;
  return left.kind === right.kind && text === otherText;
}
