import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { execute } from './execute.ts';
import type { Reading } from './reading.ts';
import { aboutArguments, relevantFunctions } from './relevance.ts';
import { decodeSource } from './source.ts';
import { field, type SyntaxNode } from './syntax.ts';
import { type ModuleValue, newModuleScope, type Scope, type Value } from './values.ts';

const mostModules = 30;
/** Bytes, all imported modules together, and one that has nothing to do with arguments. */
const largestModules = 1_000_000;
const largestAside = 50_000;
/** What is known of these holds even where a file of the folder has their name. */
const known = new Set(['argparse', 'pathlib', 'os', 'sys']);
const exportsOfArgparse = ['ArgumentParser', 'BooleanOptionalAction', 'FileType', 'SUPPRESS', 'REMAINDER', 'Namespace'];

export function importModules(reading: Reading, scope: Scope, node: SyntaxNode): void {
  for (const child of node.fields.get('name') ?? []) {
    const dotted = field(child, 'name')?.text ?? child.text;
    const alias = field(child, 'alias')?.text;
    const parts = dotted.split('.');
    const name = alias ?? (parts[0] as string);
    const wanted = alias ? parts : parts.slice(0, 1);
    const local = localModule(reading, dirname(reading.file), wanted);
    if (local) run(reading, local);
    scope.names.set(name, local ?? { kind: 'name', path: wanted.join('.') });
  }
}

export function importFrom(reading: Reading, scope: Scope, node: SyntaxNode): void {
  const from = (field(node, 'module_name')?.text ?? '').replace(/\s/g, '');
  const dots = /^\.*/.exec(from)?.[0].length ?? 0;
  const parts = from.slice(dots).split('.').filter(Boolean);
  const folder = dots === 0 ? dirname(reading.file) : Array.from({ length: dots }).reduce<string>(dirname, scope.file);
  const local = parts.length > 0 ? localModule(reading, folder, parts) : undefined;
  if (local) run(reading, local);
  if (node.children.some((child) => child.type === 'wildcard_import')) {
    if (local) for (const [name, value] of local.scope.names) if (!name.startsWith('_')) scope.names.set(name, value);
    if (from === 'argparse') for (const name of exportsOfArgparse) scope.names.set(name, external(from, name));
    return;
  }
  for (const child of node.fields.get('name') ?? []) {
    const name = field(child, 'name')?.text ?? child.text;
    const found = local ? (local.scope.names.get(name) ?? loadSubmodule(reading, local, name)) : undefined;
    const sibling = !local && dots > 0 && parts.length === 0 ? localModule(reading, folder, [name]) : undefined;
    if (sibling) run(reading, sibling);
    scope.names.set(field(child, 'alias')?.text ?? name, found ?? sibling ?? external(from, name));
  }
}

/** A module inside a package that was imported. */
export function loadSubmodule(reading: Reading, of: ModuleValue, name: string): Value | undefined {
  if (!of.file.endsWith('__init__.py')) return undefined;
  const found = localModule(reading, dirname(of.file), [name]);
  if (found) run(reading, found);
  return found;
}

function external(module: string, name: string): Value {
  return { kind: 'name', path: `${module}.${name}` };
}

/** A module that lies in the folder; undefined for one that is installed elsewhere. */
function localModule(reading: Reading, folder: string, parts: string[]): ModuleValue | undefined {
  if (known.has(parts[0] as string) && folder === dirname(reading.file)) return undefined;
  const base = join(folder, ...parts);
  const file = [`${base}.py`, join(base, '__init__.py')].find((path) => existsSync(path));
  if (!file || file === reading.file) return undefined;
  const before = reading.modules.get(file);
  if (before) return before;
  if (reading.modules.size >= mostModules) return undefined;
  const module: ModuleValue = { kind: 'module', file, scope: newModuleScope(file) };
  module.scope.names.set('__name__', { kind: 'str', value: parts.join('.') });
  reading.modules.set(file, module);
  return module;
}

function run(reading: Reading, module: ModuleValue): void {
  if (reading.started.has(module)) return;
  reading.started.add(module);
  const status = statSync(module.file);
  if (!status.isFile() || reading.moduleBytes + status.size > largestModules) return;
  const source = decodeSource(readFileSync(module.file)).text;
  if (!aboutArguments.test(source) && status.size > largestAside) return;
  reading.moduleBytes += status.size;
  const root = reading.parse(source);
  if (!root) return;
  for (const node of relevantFunctions(root)) reading.relevant.add(node);
  const { frames, branches, loops } = reading;
  reading.frames = [];
  reading.branches = 0;
  reading.loops = 0;
  execute(reading, module.scope, root);
  reading.frames = frames;
  reading.branches = branches;
  reading.loops = loops;
}
