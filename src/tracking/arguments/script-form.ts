import { readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { causeText, systemCode } from '../../base/fault.ts';
import type { ScriptForm, UnreadPlace } from '../../contract/arguments.ts';
import { fault } from '../../contract/errors.ts';
import { allArguments, effectiveParsers, mergeArguments } from './argument-parser.ts';
import { invoke } from './call.ts';
import { execute } from './execute.ts';
import { readHydraConfig } from './hydra.ts';
import { note, type Reading } from './reading.ts';
import { relevantFunctions } from './relevance.ts';
import { suggestSettings } from './settings-files.ts';
import { decodeSource } from './source.ts';
import { parsePython, pythonParser, type SyntaxNode } from './syntax.ts';
import { typerParser } from './typer.ts';
import { type FunctionValue, type InstanceValue, newModuleScope, unknown } from './values.ts';

export type ScriptReading = Pick<ScriptForm, 'arguments' | 'problems' | 'unread'>;

/** Bytes. No script that a person wrote is larger. */
const largestScript = 500_000;
const budget = 200_000;

/**
 * Finds the arguments of argparse, click, typer, fire and Hydra of a Python script and its syntax errors, without running it and without Python.
 * The paths that it suggests are relative to `folder`, where the script will run.
 * Never fails for what is in the file; throws `script-missing` or `script-is-folder` where there is none.
 */
export async function readScriptForm(file: string, folder = dirname(file)): Promise<ScriptReading> {
  const bytes = await readScript(file);
  if (!Buffer.isBuffer(bytes)) return { arguments: [], problems: [], unread: [bytes] };
  const source = decodeSource(bytes);
  const parse = await pythonParser();
  const parsed = await parsePython(source.text);
  if (!parsed) return { arguments: [], problems: source.problems, unread: [place('too-complex')] };
  const reading = followScript(file, parsed.root, (text) => parse(text)?.root);
  const apps = reading.apps.map((app) => typerParser(reading, app));
  const { parsers, several } = effectiveParsers([...reading.parsers, ...apps]);
  if (several) note({ ...reading, place: { line: 1, column: 1 } }, 'several-parsers');
  const configured = reading.hydra ? await readHydraConfig(reading, reading.hydra) : [];
  const found = mergeArguments(parsers.map((parser) => allArguments(parser)));
  return {
    arguments: [...(await suggestSettings(found, file, folder)), ...configured],
    problems: source.problems.length > 0 ? source.problems : parsed.problems,
    unread: reading.unread,
  };
}

async function readScript(file: string): Promise<Buffer | UnreadPlace> {
  try {
    const look = await stat(file);
    // A pipe would be waited for, and a device has no end.
    if (!look.isFile() && !look.isDirectory()) return place('not-readable', { problem: 'it is not a file' });
    return look.size > largestScript ? place('too-complex') : await readFile(file);
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') throw fault('script-missing', { file, cwd: dirname(file) }, error);
    if (code === 'EISDIR') throw fault('script-is-folder', { file }, error);
    return place('not-readable', { problem: causeText(error) });
  }
}

function place(code: UnreadPlace['code'], params: Record<string, string> = {}): UnreadPlace {
  return { line: 1, column: 1, code, params };
}

function followScript(file: string, root: SyntaxNode, parse: Reading['parse']): Reading {
  const scope = newModuleScope(file);
  const reading: Reading = {
    file,
    parsers: [],
    apps: [],
    mainNames: scope.names,
    hydra: null,
    stored: [],
    unread: [],
    budget,
    depth: 0,
    loops: 0,
    branches: 0,
    frames: [],
    functions: [],
    called: new Set(),
    relevant: relevantFunctions(root),
    following: new Set(),
    place: { line: 1, column: 1 },
    modules: new Map(),
    started: new Set(),
    moduleBytes: 0,
    parse,
  };
  scope.names.set('__name__', { kind: 'str', value: '__main__' });
  scope.names.set('__file__', unknown);
  execute(reading, scope, root);
  for (const callee of reading.functions) {
    if (readsCommandLine(reading)) break;
    if (reading.relevant.has(callee.node) && !reading.called.has(callee.node))
      invoke(reading, withSelf(callee), noArguments());
  }
  return reading;
}

function readsCommandLine({ parsers, apps, hydra }: Reading): boolean {
  const parsed = parsers.some((parser) => parser.parsed && parser.arguments.length > 0);
  return parsed || apps.some(({ called }) => called) || hydra !== null;
}

/** A method that nothing in the script calls is followed with an object of its class. */
function withSelf(callee: FunctionValue): FunctionValue {
  if (!callee.owner || callee.binding !== 'plain') return callee;
  const self: InstanceValue = { kind: 'instance', class: callee.owner, attributes: new Map(), parser: null };
  return { ...callee, self };
}

function noArguments(): Parameters<typeof invoke>[2] {
  return { positional: [], keywords: new Map(), sources: new Map(), open: true };
}
