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
  const problem: MakeProblem = (code, params = {}) => ({
    line: node.line,
    column: node.column,
    code,
    params,
  });
  if (missing) return problem('token-missing', { token: node.type });
  switch (node.type) {
    case 'ERROR':
      return errorProblem(node, problem);
    case 'print_statement':
      return node.children[0]?.type === 'chevron' ? undefined : problem('python2-print');
    case 'exec_statement':
      return problem('python2-exec');
    case 'raise_statement':
      return node.children[0]?.type === 'expression_list' ? problem('python2-raise') : undefined;
    case 'comparison_operator':
      return node.operators.includes('<>') ? problem('python2-unequal') : undefined;
    case 'integer':
      return /^0[0-9_]*[1-9]/.test(node.text) ? problem('python2-octal') : undefined;
    case 'string':
      return /^[uU][rR]/.test(node.text) ? problem('python2-unicode') : undefined;
    case 'block':
    case 'module':
      return indentProblem(node);
    case 'argument_list':
      return orderProblem(node);
    default:
      return lacksBlock(node) ? problem('block-missing', { code: firstLine(node.text) }) : undefined;
  }
}

/** Puts a bracket or quote without a partner in place of what it made of the lines after it. */
export function explainProblems(problems: ScriptProblem[], text: string): ScriptProblem[] {
  if (problems.length === 0) return problems;
  const fault = bracketFault(text);
  if (!fault) return problems;
  const before = text.slice(0, fault.offset).split(/\r\n?|\n/);
  const line = before.length;
  const column = (before.at(-1) as string).length + 1;
  const earlier = problems.filter((problem) => problem.line < line && problem.code.startsWith('python2-'));
  return [...earlier, { line, column, code: fault.code, params: { token: fault.token } }];
}

/** The statements of a block start in one column. */
function indentProblem(block: SyntaxNode): ScriptProblem | undefined {
  const [first] = block.children;
  let lastLine = first ? lastLineOf(first) : 0;
  for (const node of block.children.slice(1)) {
    const { line, column } = node;
    if (line > lastLine && column !== first?.column) {
      return { line, column, code: 'indentation-wrong', params: {} };
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
  return { line: late.line, column: late.column, code: 'argument-late', params: {} };
}

type MakeProblem = (code: ScriptProblem['code'], params?: ScriptProblem['params']) => ScriptProblem;

function errorProblem(node: SyntaxNode, problem: MakeProblem): ScriptProblem {
  const line = firstLine(node.text);
  const keyword = opensBlock.exec(line)?.[0];
  if (keyword && !/:\s*(#.*)?$/.test(line)) return problem('colon-missing', { keyword });
  return /^=(?!=)/.test(line) ? problem('single-equals') : problem('not-python', { code: line });
}

function lacksBlock(node: SyntaxNode): boolean {
  const body = bodyOf[node.type];
  if (!body || node.children.some((child) => child.type === 'ERROR')) return false;
  return (field(node, body)?.children.length ?? 0) === 0;
}

function firstLine(text: string): string {
  const line = (/[^\r\n]*/.exec(text)?.[0] ?? '').trim();
  return line.length > 60 ? `${line.slice(0, 60)}…` : line;
}
