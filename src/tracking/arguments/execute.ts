import { decorate } from './call.ts';
import { evaluate } from './evaluate.ts';
import { importFrom, importModules } from './imports.ts';
import { binary } from './operators.ts';
import { deepest, mayGoOn, type Reading } from './reading.ts';
import { field, type SyntaxNode } from './syntax.ts';
import {
  type ClassValue,
  equal,
  type FunctionValue,
  type ListValue,
  newScope,
  type Scope,
  truth,
  unknown,
  type Value,
} from './values.ts';

/** Follows the statements of a module or a block. Both sides of a condition that is not known are followed. */
export function execute(reading: Reading, scope: Scope, block: SyntaxNode): void {
  if (reading.depth >= deepest) return;
  reading.depth++;
  for (const statement of block.children) {
    if (reading.frames.at(-1)?.ended || !mayGoOn(reading)) break;
    if (scope.file === reading.file) reading.place = { line: statement.line, column: statement.column };
    follow(reading, scope, statement);
  }
  reading.depth--;
}

function follow(reading: Reading, scope: Scope, node: SyntaxNode): void {
  const body = field(node, 'body');
  const at = (child: SyntaxNode | undefined): Value => (child ? evaluate(reading, scope, child) : unknown);
  switch (node.type) {
    case 'expression_statement':
      for (const child of node.children) {
        if (child.type === 'assignment') assignment(reading, scope, child);
        else if (child.type === 'augmented_assignment') augmented(reading, scope, child);
        else at(child);
      }
      return;
    case 'return_statement':
      returning(reading, at(node.children[0]));
      return;
    case 'import_statement':
      importModules(reading, scope, node);
      return;
    case 'import_from_statement':
      importFrom(reading, scope, node);
      return;
    case 'function_definition':
      define(reading, scope, node, []);
      return;
    case 'class_definition':
      defineClass(reading, scope, node);
      return;
    case 'decorated_definition':
      decorated(reading, scope, node);
      return;
    case 'if_statement':
      ifStatement(reading, scope, node);
      return;
    case 'for_statement':
    case 'while_statement':
      loop(reading, scope, node);
      return;
    case 'try_statement':
      tryStatement(reading, scope, node);
      return;
    case 'with_statement':
      for (const item of node.children[0]?.children ?? []) withItem(reading, scope, field(item, 'value') ?? item);
      if (body) execute(reading, scope, body);
      return;
    case 'match_statement':
      at(field(node, 'subject'));
      for (const clause of body?.children ?? []) branch(reading, scope, field(clause, 'consequence'));
      return;
    case 'global_statement':
      for (const name of node.children) scope.globals.add(name.text);
      return;
    case 'block':
      execute(reading, scope, node);
      return;
    default:
      if (node.type === 'ERROR') for (const child of node.children) follow(reading, scope, child);
  }
}

function returning(reading: Reading, value: Value): void {
  const frame = reading.frames.at(-1);
  if (!frame) return;
  frame.returned.push(value);
  if (reading.branches === 0) frame.ended = true;
}

function branch(reading: Reading, scope: Scope, block: SyntaxNode | undefined): void {
  if (!block) return;
  reading.branches++;
  execute(reading, scope, block);
  reading.branches--;
}

function ifStatement(reading: Reading, scope: Scope, node: SyntaxNode): void {
  const clauses = [node, ...(node.fields.get('alternative') ?? [])];
  let certain = true;
  for (const clause of clauses) {
    const condition = field(clause, 'condition');
    const holds = condition ? truth(evaluate(reading, scope, condition)) : true;
    const block = field(clause, 'consequence') ?? field(clause, 'body');
    if (holds === false) continue;
    if (holds && certain && block) execute(reading, scope, block);
    else branch(reading, scope, block);
    if (holds) return;
    certain = false;
  }
}

function loop(reading: Reading, scope: Scope, node: SyntaxNode): void {
  const source = field(node, 'right') ?? field(node, 'condition');
  const items = source ? evaluate(reading, scope, source) : unknown;
  const target = field(node, 'left');
  const body = field(node, 'body');
  if (target && body && isOfDecorators(items)) {
    for (const item of items.items) {
      assign(reading, scope, target, item);
      execute(reading, scope, body);
    }
    return;
  }
  if (target) for (const name of target.text.match(/[^\W\d]\w*/g) ?? []) scope.names.set(name, unknown);
  reading.loops++;
  branch(reading, scope, body);
  reading.loops--;
  branch(reading, scope, blockOf(field(node, 'alternative')));
}

/** `for option in options: function = option(function)`, as click's own documentation has it. */
function isOfDecorators(value: Value): value is ListValue {
  return value.kind === 'list' && !value.open && value.items.every(({ kind }) => kind === 'decorator');
}

function tryStatement(reading: Reading, scope: Scope, node: SyntaxNode): void {
  const body = field(node, 'body');
  if (body) execute(reading, scope, body);
  for (const clause of node.children) {
    const block = blockOf(clause);
    if (clause.type === 'except_clause' || clause.type === 'except_group_clause') branch(reading, scope, block);
    if ((clause.type === 'else_clause' || clause.type === 'finally_clause') && block) execute(reading, scope, block);
  }
}

function blockOf(clause: SyntaxNode | undefined): SyntaxNode | undefined {
  return clause?.children.find((child) => child.type === 'block');
}

function withItem(reading: Reading, scope: Scope, node: SyntaxNode): void {
  const [value, target] = node.type === 'as_pattern' ? node.children : [node];
  if (value) evaluate(reading, scope, value);
  if (target) assign(reading, scope, target.children[0] ?? target, unknown);
}

function assignment(reading: Reading, scope: Scope, node: SyntaxNode): Value {
  const [left, right] = [field(node, 'left'), field(node, 'right')];
  if (!left || !right) return unknown;
  const value = right.type === 'assignment' ? assignment(reading, scope, right) : evaluate(reading, scope, right);
  assign(reading, scope, left, value);
  return value;
}

function augmented(reading: Reading, scope: Scope, node: SyntaxNode): void {
  const [left, right] = [field(node, 'left'), field(node, 'right')];
  if (!left || !right) return;
  const operator = (node.operators[0] ?? '').replace('=', '');
  const [before, change] = [evaluate(reading, scope, left), evaluate(reading, scope, right)];
  if (before.kind === 'list' && reading.branches > 0) before.open = true;
  else assign(reading, scope, left, reading.branches > 0 ? unknown : binary(operator, before, change));
}

function assign(reading: Reading, scope: Scope, target: SyntaxNode, value: Value): void {
  if (target.type === 'identifier') {
    const names = scope.globals.has(target.text) ? scope.moduleNames : scope.names;
    names.set(target.text, settle(reading, names.get(target.text), value));
  } else if (target.type === 'attribute') {
    const object = field(target, 'object');
    const of = object ? evaluate(reading, scope, object) : unknown;
    const name = field(target, 'attribute')?.text ?? '';
    if (of.kind === 'instance') of.attributes.set(name, settle(reading, of.attributes.get(name), value));
    if (of.kind === 'class') of.members.names.set(name, settle(reading, of.members.names.get(name), value));
  } else if (target.type === 'subscript') {
    const object = field(target, 'value');
    const of = object ? evaluate(reading, scope, object) : unknown;
    if (of.kind === 'list' || of.kind === 'dict') of.open = true;
  } else if (/^(pattern_list|tuple_pattern|list_pattern)$/.test(target.type)) {
    const splat = target.children.some((child) => child.type === 'list_splat_pattern');
    for (const [index, child] of target.children.entries()) {
      const item = value.kind === 'list' && !splat ? value.items[index] : undefined;
      assign(reading, scope, child, item ?? unknown);
    }
  }
}

/** A plain value that only one branch sets is not known afterwards. */
function settle(reading: Reading, before: Value | undefined, value: Value): Value {
  const plain = /^(int|float|str|bool|list|dict|none|unknown)$/.test(value.kind);
  if (!before || reading.branches === 0 || !plain || equal(before, value)) return value;
  return /^(parser|instance|subparsers|function|class)$/.test(before.kind) ? before : unknown;
}

function define(reading: Reading, scope: Scope, node: SyntaxNode, decorators: string[]): FunctionValue {
  const name = field(node, 'name')?.text ?? '';
  const binding = decorators.includes('staticmethod')
    ? 'static'
    : decorators.includes('classmethod')
      ? 'class'
      : decorators.includes('property')
        ? 'property'
        : 'plain';
  const made: FunctionValue = { kind: 'function', node, name, scope, self: null, owner: null, binding, declared: [] };
  scope.names.set(name, made);
  if (reading.frames.length === 0) reading.functions.push(made);
  return made;
}

/** Methods see the names around the class, not those inside it. */
function defineClass(reading: Reading, scope: Scope, node: SyntaxNode): void {
  const members = newScope(scope);
  const name = field(node, 'name')?.text ?? '';
  const bases = (field(node, 'superclasses')?.children ?? [])
    .filter((base) => base.type !== 'keyword_argument')
    .map((base) => evaluate(reading, scope, base));
  const made: ClassValue = { kind: 'class', name, bases, members, node };
  scope.names.set(name, made);
  const body = field(node, 'body');
  if (body) execute(reading, members, body);
  for (const member of members.names.values()) {
    if (member.kind !== 'function' || member.owner) continue;
    member.scope = scope;
    member.owner = made;
  }
}

function decorated(reading: Reading, scope: Scope, node: SyntaxNode): void {
  const definition = field(node, 'definition');
  const decorators = node.children.filter((child) => child.type === 'decorator');
  const texts = decorators.map((child) => child.text.slice(1).trim());
  if (definition?.type === 'class_definition') defineClass(reading, scope, definition);
  if (definition?.type !== 'function_definition') return;
  const made = define(reading, scope, definition, texts);
  const target = decorators.reduceRight((value: Value, decorator) => {
    const expression = decorator.children[0];
    if (!expression) return value;
    if (scope.file === reading.file) reading.place = { line: decorator.line, column: decorator.column };
    return decorate(reading, evaluate(reading, scope, expression), value);
  }, made);
  if (target !== made) scope.names.set(made.name, target);
}
