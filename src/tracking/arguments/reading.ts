import type { UnreadPlace } from '../../contract/arguments.ts';
import type { ArgumentParser } from './argument-parser.ts';
import type { SyntaxNode } from './syntax.ts';
import type { FunctionValue, ModuleValue, TyperApp, Value } from './values.ts';

/** How many statements and expressions may be inside each other. */
export const deepest = 250;

/** The state of following one script. */
export interface Reading {
  /** The script itself, not a module that it imports. */
  file: string;
  parsers: ArgumentParser[];
  apps: TyperApp[];
  /** The names at the top level of the script. */
  mainNames: Map<string, Value>;
  /** The last `@hydra.main(…)`. */
  hydra: HydraMain | null;
  /** What the script gave to Hydra's `ConfigStore`. */
  stored: StoredConfig[];
  unread: UnreadPlace[];
  /** Nodes that may still be looked at, so that no script takes long. */
  budget: number;
  depth: number;
  loops: number;
  /** How many conditions stand around the place that is being read, within the function. */
  branches: number;
  frames: Frame[];
  /** Functions and methods in the order of the script, to look into those that it never calls itself. */
  functions: FunctionValue[];
  called: Set<SyntaxNode>;
  /** Functions that have to do with arguments. Others are followed only where they are short. */
  relevant: Set<SyntaxNode>;
  /** Functions that are being followed right now: one that calls itself is followed once. */
  following: Set<SyntaxNode>;
  /** Where in the script itself the reading is, even while it is inside an imported module. */
  place: { line: number; column: number };
  /** The modules of the script's folder that it imports, by file. */
  modules: Map<string, ModuleValue>;
  started: Set<ModuleValue>;
  moduleBytes: number;
  parse(text: string): SyntaxNode | undefined;
}

/** Which configuration Hydra composes for the script; undefined where that is not known. */
export interface HydraMain {
  path: string | null | undefined;
  name: string | null | undefined;
  place: { line: number; column: number };
}

export interface StoredConfig {
  group: string;
  name: string;
  package: string | undefined;
  node: Value;
}

export interface Frame {
  returned: Value[];
  /** A `return` outside any condition ends it. */
  ended: boolean;
  owner: FunctionValue['owner'];
  self: Value | null;
}

export function note(reading: Reading, code: UnreadPlace['code'], params: Record<string, string> = {}): void {
  const { line, column } = reading.place;
  const known = reading.unread.some((other) => other.code === code && other.line === line);
  if (!known) reading.unread.push({ line, column, code, params });
}

/** False once the script has proven too involved. */
export function mayGoOn(reading: Reading): boolean {
  if (reading.budget > 0) {
    reading.budget--;
    return true;
  }
  if (!reading.unread.some((place) => place.code === 'too-complex')) note(reading, 'too-complex');
  return false;
}
