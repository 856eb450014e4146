import { evaluate } from './evaluate.ts';
import type { Reading } from './reading.ts';
import { field, type SyntaxNode } from './syntax.ts';
import type { FunctionValue, Value } from './values.ts';

/** A parameter of a function of the script. */
export interface Parameter {
  name: string;
  annotation: SyntaxNode | null;
  /** Null where it has none. */
  default: Value | null;
  kind: 'plain' | 'keyword' | 'rest' | 'options';
  line: number;
}

/** The parameters that a caller gives; the object of a method is not among them. */
export function parametersOf(reading: Reading, of: FunctionValue): Parameter[] {
  const found: Parameter[] = [];
  let keywordOnly = false;
  for (const node of field(of.node, 'parameters')?.children ?? []) {
    if (node.type === 'keyword_separator') keywordOnly = true;
    if (node.type === 'keyword_separator' || node.type === 'positional_separator') continue;
    const [, stars = '', name] = /^\s*(\*{0,2})\s*([^\W\d]\w*)/.exec(node.text) ?? [];
    if (name === undefined) continue;
    const value = field(node, 'value');
    const kind = stars === '**' ? 'options' : stars === '*' ? 'rest' : keywordOnly ? 'keyword' : 'plain';
    found.push({
      name,
      annotation: field(node, 'type') ?? null,
      default: value ? evaluate(reading, of.scope, value) : null,
      kind,
      line: of.scope.file === reading.file ? node.line : reading.place.line,
    });
    if (stars === '*') keywordOnly = true;
  }
  return of.owner && of.binding !== 'static' ? found.slice(1) : found;
}
