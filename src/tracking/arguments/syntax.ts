import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { Language, Parser, type Tree } from 'web-tree-sitter';
import { packageRoot } from '../../base/package-root.ts';
import type { ScriptProblem } from '../../contract/arguments.ts';
import { explainProblems, nodeProblem } from './problems.ts';

/** A named node of the syntax tree, copied out of the parser's memory. Lines and columns count from 1. */
export interface SyntaxNode {
  type: string;
  text: string;
  line: number;
  column: number;
  /** Named children without comments. */
  children: SyntaxNode[];
  fields: Map<string, SyntaxNode[]>;
  /** The operators of a comparison or an arithmetic expression. */
  operators: string[];
}

export interface ParsedSource {
  root: SyntaxNode;
  problems: ScriptProblem[];
}

const longestParse = 3000;
/** Milliseconds of work at a time, and how many nodes are copied before the clock is looked at. */
const slice = 10;
const nodesTogether = 500;
const mostProblems = 20;
let loaded: Promise<Language> | undefined;
let shared: Promise<Parser> | undefined;

/** A function that parses Python source, once the grammar is loaded. It answers undefined where that takes too long: only garbage does. */
export async function pythonParser(): Promise<(text: string) => ParsedSource | undefined> {
  shared ??= newParser();
  const parser = await shared;
  return (text) => {
    const steps = parseInSteps(parser, text, longestParse);
    for (;;) {
      const step = steps.next();
      if (step.done) return step.value;
    }
  };
}

/** Parses a source in slices, between which others have their turn. */
export async function parsePython(text: string): Promise<ParsedSource | undefined> {
  const parser = await newParser();
  const steps = parseInSteps(parser, text, slice);
  try {
    for (;;) {
      const step = steps.next();
      if (step.done) return step.value;
      await setImmediate();
    }
  } finally {
    parser.delete();
  }
}

/** A parse that was broken off goes on where it was when the same parser is asked again. */
function* parseInSteps(parser: Parser, text: string, patience: number): Generator<undefined, ParsedSource | undefined> {
  let tree: Tree | null = null;
  let spent = 0;
  try {
    while (!tree) {
      const start = performance.now();
      tree = parser.parse(text, null, { progressCallback: () => performance.now() - start > patience });
      spent += performance.now() - start;
      if (!tree && spent > longestParse) {
        parser.reset();
        return undefined;
      }
      if (!tree) yield;
    }
    return yield* copyTree(tree, text);
  } catch (error) {
    if (!(error instanceof Error && /^(RuntimeError|RangeError)$/.test(error.name))) throw error;
    loaded = undefined;
    shared = undefined;
    return undefined;
  } finally {
    tree?.delete();
  }
}

async function newParser(): Promise<Parser> {
  loaded ??= loadLanguage();
  const language = await loaded;
  const parser = new Parser();
  parser.setLanguage(language);
  return parser;
}

async function loadLanguage(): Promise<Language> {
  const [engine, grammar] = await Promise.all([
    readFile(wasmFile('web-tree-sitter')),
    readFile(wasmFile('tree-sitter-python')),
  ]);
  await Parser.init({ wasmBinary: engine });
  return Language.load(grammar);
}

/** Beside the bundle, or in node_modules where the code runs from its source. */
function wasmFile(name: string): string {
  const bundled = join(import.meta.dirname, `${name}.wasm`);
  return existsSync(bundled) ? bundled : join(packageRoot(), 'node_modules', name, `${name}.wasm`);
}

/** Walks without recursion: a file may nest deeper than the stack. */
function* copyTree(tree: Tree, text: string): Generator<undefined, ParsedSource> {
  const cursor = tree.walk();
  const root = newNode(cursor.nodeType, text, 0, 0);
  const done: { node: SyntaxNode; missing: boolean }[] = [{ node: root, missing: false }];
  const parents: SyntaxNode[] = cursor.gotoFirstChild() ? [root] : [];
  let end = performance.now() + slice;
  let seen = 0;
  while (parents.length > 0) {
    if (++seen % nodesTogether === 0 && performance.now() > end) {
      yield;
      end = performance.now() + slice;
    }
    const parent = parents.at(-1) as SyntaxNode;
    const name = cursor.currentFieldName;
    const missing = cursor.nodeIsMissing;
    let node: SyntaxNode | undefined;
    if (!cursor.nodeIsNamed && !missing) {
      if (name === 'operator' || name === 'operators') parent.operators.push(cursor.nodeText);
    } else if (cursor.nodeType !== 'comment' && cursor.nodeType !== 'line_continuation') {
      const { row, column } = cursor.startPosition;
      node = newNode(cursor.nodeType, text.slice(cursor.startIndex, cursor.endIndex), row, column);
      done.push({ node, missing });
      if (cursor.nodeIsNamed) parent.children.push(node);
      if (name) addField(parent, name, node);
    }
    if (node && cursor.gotoFirstChild()) {
      parents.push(node);
      continue;
    }
    while (parents.length > 0 && !cursor.gotoNextSibling()) {
      parents.pop();
      cursor.gotoParent();
    }
  }
  cursor.delete();
  return { root, problems: explainProblems(findProblems(done), text) };
}

function findProblems(nodes: { node: SyntaxNode; missing: boolean }[]): ScriptProblem[] {
  const problems: ScriptProblem[] = [];
  const inside = new Set<SyntaxNode>();
  for (const { node, missing } of nodes) {
    const problem = inside.has(node) ? undefined : nodeProblem(node, missing);
    if (problem) problems.push(problem);
    if (problem || inside.has(node)) for (const child of node.children) inside.add(child);
    if (problems.length >= mostProblems) break;
  }
  return problems;
}

function addField(parent: SyntaxNode, name: string, node: SyntaxNode): void {
  const nodes = parent.fields.get(name);
  if (nodes) nodes.push(node);
  else parent.fields.set(name, [node]);
}

function newNode(type: string, text: string, row: number, column: number): SyntaxNode {
  return { type, text, line: row + 1, column: column + 1, children: [], fields: new Map(), operators: [] };
}

export function field(node: SyntaxNode, name: string): SyntaxNode | undefined {
  return node.fields.get(name)?.[0];
}
