import type { ScriptProblem } from '../../contract/arguments.ts';
import { bracketFault } from './brackets.ts';
import { field, type SyntaxNode } from './syntax.ts';

const opensBlock = /^(async\s+)?(def|class|if|elif|else|for|while|with|try|except|finally)\b/;
const bodyOf: Record<string, string> = {
  function_definition: 'body',
  class_definition: 'body',
  for_statement: 'body',
  while_statement: 'body',
  with_statement: 'body',
  try_statement: 'body',
  else_clause: 'body',
  if_statement: 'consequence',
  elif_clause: 'consequence',
};

/** What Python 3 will not make of a node: a syntax error, or Python 2. */
export function nodeProblem(node: SyntaxNode, missing: boolean): ScriptProblem | undefined {
  const problem = (text: string): ScriptProblem => ({ line: node.line, column: node.column, text });
  if (missing) return problem(`${quoted(node.type)} is missing here.`);
  if (node.type === 'ERROR') return problem(errorText(node));
  if (node.type === 'print_statement' && node.children[0]?.type !== 'chevron') {
    return problem('This is Python 2: print is a function now, its arguments need parentheses.');
  }
  if (node.type === 'exec_statement') return problem('This is Python 2: exec is a function now.');
  if (node.type === 'raise_statement' && node.children[0]?.type === 'expression_list') {
    return problem('This is Python 2: write raise Error(message).');
  }
  if (node.operators.includes('<>')) return problem('This is Python 2: write != instead of <>.');
  if (node.type === 'integer' && /^0[0-9_]*[1-9]/.test(node.text)) {
    return problem('This is Python 2: an octal number is written 0o17.');
  }
  if (node.type === 'string' && /^u[rR]|^U[rR]/.test(node.text)) return problem('This is Python 2: ur"" is gone.');
  if (node.type === 'block' || node.type === 'module') return indentProblem(node);
  if (node.type === 'argument_list') return orderProblem(node);
  const body = bodyOf[node.type];
  if (body && (field(node, body)?.children.length ?? 0) === 0 && !holdsError(node)) {
    return problem(`An indented block is missing after ${quoted(firstLine(node.text))}.`);
  }
  return undefined;
}

/** Puts a bracket or quote without a partner in place of what it made of the lines after it. */
export function explainProblems(problems: ScriptProblem[], text: string): ScriptProblem[] {
  if (problems.length === 0) return problems;
  const fault = bracketFault(text);
  if (!fault) return problems;
  const before = text.slice(0, fault.offset).split(/\r\n?|\n/);
  const line = before.length;
  const column = (before.at(-1) as string).length + 1;
  const sentence = {
    'never-closed': `${quoted(fault.token)} is never closed.`,
    'closes-nothing': `${quoted(fault.token)} closes nothing that is open here.`,
    'string-never-closed': 'This string is never closed.',
  }[fault.kind];
  const earlier = problems.filter((problem) => problem.line < line && problem.text.startsWith('This is Python 2'));
  return [...earlier, { line, column, text: sentence }];
}

/** The statements of a block start in one column. */
function indentProblem(block: SyntaxNode): ScriptProblem | undefined {
  const [first] = block.children;
  let lastLine = first ? lastLineOf(first) : 0;
  for (const node of block.children.slice(1)) {
    const { line, column } = node;
    if (line > lastLine && column !== first?.column) {
      return { line, column, text: 'The indentation does not match the lines around it.' };
    }
    lastLine = lastLineOf(node);
  }
  return undefined;
}

function lastLineOf(node: SyntaxNode): number {
  return node.line + (node.text.match(/\n/g)?.length ?? 0);
}

function orderProblem(list: SyntaxNode): ScriptProblem | undefined {
  const named = list.children.findIndex((child) => child.type === 'keyword_argument');
  const late = list.children.slice(named + 1).find((child) => !/^(keyword_argument|.*_splat|ERROR)$/.test(child.type));
  if (named === -1 || !late) return undefined;
  return { line: late.line, column: late.column, text: 'An argument without a name stands after one with a name.' };
}

function errorText(node: SyntaxNode): string {
  const line = firstLine(node.text);
  const keyword = opensBlock.exec(line)?.[0];
  if (keyword && !/:\s*(#.*)?$/.test(line)) return `A colon is missing at the end of this ${quoted(keyword)} line.`;
  if (/^=(?!=)/.test(line)) return 'A single = cannot stand here; == compares.';
  return `Python cannot make sense of this: ${quoted(line)}.`;
}

function holdsError(node: SyntaxNode): boolean {
  return node.children.some((child) => child.type === 'ERROR');
}

function firstLine(text: string): string {
  const line = (/[^\r\n]*/.exec(text)?.[0] ?? '').trim();
  return line.length > 60 ? `${line.slice(0, 60)}…` : line;
}

function quoted(text: string): string {
  return `“${text}”`;
}
