import type { ScriptArgument } from '../../contract/arguments.ts';
import { choiceTexts, namedType } from './add-argument.ts';
import { enumMembers } from './enums.ts';
import { evaluate, listOf } from './evaluate.ts';
import type { Reading } from './reading.ts';
import { field, type SyntaxNode } from './syntax.ts';
import { type MadeValue, type Scope, scalarText, type Value } from './values.ts';

/** What the annotation of a parameter says. */
export interface Annotation {
  /** Undefined where it says nothing that is known. */
  type: ScriptArgument['type'] | undefined;
  choices: string[] | null;
  shape: 'one' | 'list' | 'tuple';
  /** How many values, of a tuple. */
  count: number | null;
  /** The dotted name of what it is, of a plain one. */
  name: string | null;
  /** What a library's call inside `Annotated[…]` made. */
  extra: MadeValue | null;
}

const nothing: Annotation = { type: undefined, choices: null, shape: 'one', count: null, name: null, extra: null };
const lists = /^(list|List|set|Set|frozenset|FrozenSet|Sequence|Iterable|Collection|MutableSequence)$/;

export function readAnnotation(reading: Reading, scope: Scope, node: SyntaxNode | null): Annotation {
  const at = node?.type === 'type' ? (node.children[0] ?? null) : node;
  if (!at || at.type === 'none') return nothing;
  if (at.type === 'string') return readAnnotation(reading, scope, parsedText(reading, at));
  if (at.type === 'binary_operator' || at.type === 'union_type') return union(reading, scope, at.children);
  if (at.type === 'generic_type' || at.type === 'subscript') return generic(reading, scope, at);
  return plainAnnotation(evaluate(reading, scope, at));
}

/** An annotation in quotes. */
function parsedText(reading: Reading, node: SyntaxNode): SyntaxNode | null {
  const text = node.children.filter(({ type }) => type === 'string_content').map((child) => child.text);
  const statement = reading.parse(`_: ${text.join('')}\n`)?.children[0];
  return (statement?.children[0] && field(statement.children[0], 'type')) ?? null;
}

function plainAnnotation(value: Value): Annotation {
  if (value.kind === 'class') {
    const members = enumMembers(value);
    if (!members) return { ...nothing, name: value.name };
    const texts = members.map(([, member]) => scalarText(member));
    const choices = texts.includes(undefined) ? null : (texts as string[]);
    return { ...nothing, type: 'string', choices, name: value.name };
  }
  if (value.kind !== 'name') return nothing;
  const name = value.path.slice(value.path.lastIndexOf('.') + 1);
  if (lists.test(name) || name === 'tuple' || name === 'Tuple') return { ...nothing, shape: 'list', name: value.path };
  return { ...nothing, type: plainType(value.path, name), name: value.path };
}

function plainType(path: string, name: string): ScriptArgument['type'] | undefined {
  if (path === 'str') return 'string';
  if (path === 'int' || path === 'float' || path === 'bool') return namedType(path);
  if (/^(uuid\.UUID|datetime\.datetime)$/.test(path)) return 'string';
  if (/^(Path|PurePath|PosixPath|FileText|FileTextWrite|FileBinaryRead|FileBinaryWrite|PathLike)$/.test(name))
    return 'path';
  return undefined;
}

function union(reading: Reading, scope: Scope, nodes: SyntaxNode[]): Annotation {
  const kinds = nodes.filter(({ text }) => text !== 'None').map((node) => readAnnotation(reading, scope, node));
  const [first = nothing, ...others] = kinds;
  if (others.length === 0) return first;
  const types = new Set(kinds.map(({ type }) => type));
  const numbers = types.size === 2 && types.has('integer') && types.has('number');
  return { ...nothing, type: numbers ? 'number' : undefined };
}

function generic(reading: Reading, scope: Scope, node: SyntaxNode): Annotation {
  const head = node.children[0];
  const inner = node.type === 'subscript' ? (node.fields.get('subscript') ?? []) : (node.children[1]?.children ?? []);
  if (!head) return nothing;
  const value = evaluate(reading, scope, head);
  const name = value.kind === 'name' ? value.path.slice(value.path.lastIndexOf('.') + 1) : '';
  const [first = null, ...others] = inner;
  if (name === 'Optional' || name === 'Final' || name === 'Required') return readAnnotation(reading, scope, first);
  if (name === 'Union') return union(reading, scope, inner);
  if (name === 'Annotated') {
    const made = others.map((each) => evaluate(reading, scope, unwrapped(each)));
    const extra = made.find((each): each is MadeValue => each.kind === 'made' && each.path.startsWith('typer.'));
    return { ...readAnnotation(reading, scope, first), extra: extra ?? null };
  }
  if (name === 'Literal') {
    const choices = choiceTexts(listOf(reading, scope, inner.map(unwrapped)));
    return { ...nothing, type: 'string', choices };
  }
  if (lists.test(name)) return { ...readAnnotation(reading, scope, first), shape: 'list', count: null };
  if (name !== 'tuple' && name !== 'Tuple') return nothing;
  const parts = inner.map((each) => readAnnotation(reading, scope, each));
  const type = parts.every((part) => part.type === parts[0]?.type) ? parts[0]?.type : 'string';
  if (inner.at(-1)?.text === '...') return { ...nothing, type: parts[0]?.type, shape: 'list' };
  return { ...nothing, type, shape: 'tuple', count: inner.length };
}

function unwrapped(node: SyntaxNode): SyntaxNode {
  return node.type === 'type' ? (node.children[0] ?? node) : node;
}
