import { attribute } from './attribute.ts';
import { call } from './call.ts';
import { floatLiteral, integerValue, stringValue } from './literals.ts';
import { binary, compare, eitherOr, negative } from './operators.ts';
import { deepest, mayGoOn, type Reading } from './reading.ts';
import { field, type SyntaxNode } from './syntax.ts';
import { equal, find, newScope, none, type Scope, truth, unknown, type Value } from './values.ts';

/** What an expression is, as far as the source tells; calls in it are followed. */
export function evaluate(reading: Reading, scope: Scope, node: SyntaxNode): Value {
  if (!mayGoOn(reading) || reading.depth >= deepest) return unknown;
  reading.depth++;
  try {
    return evaluateNode(reading, scope, node);
  } finally {
    reading.depth--;
  }
}

function evaluateNode(reading: Reading, scope: Scope, node: SyntaxNode): Value {
  const at = (child: SyntaxNode | undefined): Value => (child ? evaluate(reading, scope, child) : unknown);
  const [first, second, third] = node.children;
  switch (node.type) {
    case 'identifier':
      return find(scope, node.text) ?? { kind: 'name', path: node.text };
    case 'integer':
      return integerValue(node.text);
    case 'float':
      return floatLiteral(node.text);
    case 'true':
    case 'false':
      return { kind: 'bool', value: node.type === 'true' };
    case 'none':
      return none;
    case 'ellipsis':
      return { kind: 'name', path: '...' };
    case 'string':
      return stringValue(node, at);
    case 'concatenated_string':
      return node.children.map(at).reduce((left, right) => binary('+', left, right));
    case 'attribute':
      return attribute(reading, at(field(node, 'object')), field(node, 'attribute')?.text ?? '');
    case 'call':
      return call(reading, scope, node);
    case 'parenthesized_expression':
    case 'await':
      return at(first);
    case 'binary_operator':
      return binary(node.operators[0] ?? '', at(field(node, 'left')), at(field(node, 'right')));
    case 'boolean_operator':
      return eitherOr(node.operators[0] ?? '', at(field(node, 'left')), at(field(node, 'right')));
    case 'unary_operator':
      return node.text.startsWith('-') ? negative(at(first)) : unknown;
    case 'not_operator': {
      const value = truth(at(first));
      return value === undefined ? unknown : { kind: 'bool', value: !value };
    }
    case 'comparison_operator':
      return first && second && node.children.length === 2
        ? compare(node.operators[0] ?? '', at(first), at(second))
        : unknown;
    case 'conditional_expression': {
      const condition = truth(at(second));
      if (condition !== undefined) return at(condition ? first : third);
      const [one, other] = [at(first), at(third)];
      return equal(one, other) ? one : unknown;
    }
    case 'named_expression': {
      const value = at(field(node, 'value'));
      scope.names.set(field(node, 'name')?.text ?? '', value);
      return value;
    }
    case 'list':
    case 'tuple':
    case 'set':
    case 'expression_list':
      return listOf(reading, scope, node.children);
    case 'dictionary':
      return dictionary(reading, scope, node);
    case 'subscript':
      return subscript(at(field(node, 'value')), at(field(node, 'subscript')));
    case 'lambda':
      return {
        kind: 'function',
        node,
        name: '',
        scope,
        self: null,
        owner: null,
        binding: 'plain',
        declared: [],
      };
    case 'list_comprehension':
    case 'set_comprehension':
    case 'dictionary_comprehension':
    case 'generator_expression':
      return comprehension(reading, scope, node);
    default:
      return unknown;
  }
}

export function listOf(reading: Reading, scope: Scope, nodes: SyntaxNode[]): Value {
  const items: Value[] = [];
  let open = false;
  for (const node of nodes) {
    if (node.type !== 'list_splat') {
      items.push(evaluate(reading, scope, node));
      continue;
    }
    const inner = node.children[0] ? evaluate(reading, scope, node.children[0]) : unknown;
    if (inner.kind === 'list') items.push(...inner.items);
    open ||= inner.kind !== 'list' || inner.open;
  }
  return { kind: 'list', items, open };
}

function dictionary(reading: Reading, scope: Scope, node: SyntaxNode): Value {
  const entries: [Value, Value][] = [];
  let open = false;
  for (const child of node.children) {
    if (child.type === 'pair') {
      const [key, value] = [field(child, 'key'), field(child, 'value')];
      if (key && value) entries.push([evaluate(reading, scope, key), evaluate(reading, scope, value)]);
    } else if (child.type === 'dictionary_splat' && child.children[0]) {
      const inner = evaluate(reading, scope, child.children[0]);
      if (inner.kind === 'dict') entries.push(...inner.entries);
      open ||= inner.kind !== 'dict' || inner.open;
    }
  }
  return { kind: 'dict', entries, open };
}

function subscript(value: Value, index: Value): Value {
  if (value.kind === 'dict') return value.entries.findLast(([key]) => equal(key, index))?.[1] ?? unknown;
  if (value.kind === 'list' && !value.open && index.kind === 'int')
    return value.items.at(Number(index.value)) ?? unknown;
  return unknown;
}

/** Its values are not worked out, but what is called in it is seen: as in a loop. */
function comprehension(reading: Reading, scope: Scope, node: SyntaxNode): Value {
  const inner = newScope(scope);
  for (const clause of node.children.filter((child) => child.type === 'for_in_clause')) {
    const source = field(clause, 'right');
    if (source) evaluate(reading, inner, source);
    for (const name of field(clause, 'left')?.text.match(/[^\W\d]\w*/g) ?? []) inner.names.set(name, unknown);
  }
  const body = field(node, 'body');
  reading.loops++;
  if (body) evaluate(reading, inner, body);
  reading.loops--;
  return unknown;
}
