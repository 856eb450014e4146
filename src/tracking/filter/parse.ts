import { type FieldPart, filterFault, type Token, tokenize } from './tokens.ts';

export type Operator = '=' | '!=' | '<' | '<=' | '>' | '>=' | 'like' | 'in';

export type FilterValue =
  | { kind: 'text'; text: string; at: number }
  | { kind: 'number'; value: number; unit: string | null; at: number }
  | { kind: 'date'; from: number; to: number; at: number };

export interface Field {
  /** `status`, `metrics`, … in lower case. */
  name: string;
  /** After the first dot, unless empty. */
  parts: FieldPart[];
  at: number;
}

export type Filter =
  | { kind: 'and' | 'or'; items: Filter[] }
  | { kind: 'not'; item: Filter }
  | { kind: 'compare'; field: Field; operator: Operator; values: FilterValue[] }
  /** A field by itself: it is set, or true. */
  | { kind: 'has'; field: Field };

/**
 * Reads a filter such as `metrics.loss < 0.3 and (params.model = "ridge" or not starred)`.
 *
 * @throws `filter-syntax` with the position, counted from 1
 */
export function parseFilter(filter: string, tokens = tokenize(filter)): Filter {
  let index = 0;
  const peek = () => tokens[index] as Token;
  const next = () => tokens[index++] as Token;
  const fail = (token: Token, problem: string) => filterFault(filter, token.at, problem);

  const takes = (kind: 'operator' | 'keyword', text: string): boolean => {
    const token = peek();
    if (token.kind !== kind || token.text !== text) return false;
    index++;
    return true;
  };

  const list = (kind: 'and' | 'or', item: () => Filter): Filter => {
    const items = [item()];
    while (takes('keyword', kind)) items.push(item());
    return items.length === 1 ? (items[0] as Filter) : { kind, items };
  };
  let depth = 0;
  const deeper = <Result>(work: () => Result): Result => {
    if (++depth > 200) throw fail(peek(), 'it is nested too deeply');
    const result = work();
    depth--;
    return result;
  };
  const either = (): Filter => list('or', all);
  const all = (): Filter => list('and', negation);
  const negation = (): Filter =>
    takes('keyword', 'not') ? { kind: 'not', item: deeper(negation) } : takes('operator', '(') ? group() : comparison();

  const group = (): Filter => {
    const inner = deeper(either);
    close();
    return inner;
  };

  const close = () => {
    if (!takes('operator', ')')) throw fail(peek(), 'a closing parenthesis is missing');
  };

  const comparison = (): Filter => {
    const token = next();
    if (token.kind !== 'field') {
      throw fail(token, 'a field is expected: status, name, created, params.NAME, metrics.NAME, tags.NAME, …');
    }
    const field = fieldOf(token.parts, token.at);
    if (takes('keyword', 'not')) {
      if (takes('keyword', 'in')) return { kind: 'not', item: membership(field) };
      if (takes('keyword', 'like'))
        return { kind: 'not', item: { kind: 'compare', field, operator: 'like', values: [value()] } };
      throw fail(peek(), 'in or like is expected after not');
    }
    if (takes('keyword', 'in')) return membership(field);
    if (takes('keyword', 'like')) return { kind: 'compare', field, operator: 'like', values: [value()] };
    const operator = peek();
    if (operator.kind !== 'operator' || !(operator.text in operators)) return { kind: 'has', field };
    index++;
    return { kind: 'compare', field, operator: operators[operator.text] as Operator, values: [value()] };
  };

  const membership = (field: Field): Filter => {
    if (!takes('operator', '(')) throw fail(peek(), 'a list in parentheses is expected after in');
    const values = [value()];
    while (takes('operator', ',')) values.push(value());
    close();
    return { kind: 'compare', field, operator: 'in', values };
  };

  const value = (): FilterValue => {
    const token = next();
    if (token.kind === 'text' || token.kind === 'number' || token.kind === 'date') return token;
    if (token.kind === 'field')
      return { kind: 'text', text: token.parts.map((part) => part.text).join(''), at: token.at };
    throw fail(token, 'a value is expected');
  };

  const result = either();
  const rest = peek();
  if (rest.kind !== 'end') throw fail(rest, 'and, or or the end is expected');
  return result;
}

const operators: Record<string, Operator> = {
  '=': '=',
  '==': '=',
  '!=': '!=',
  '<>': '!=',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
};

function fieldOf(parts: FieldPart[], at: number): Field {
  const [first, ...others] = parts as [FieldPart, ...FieldPart[]];
  const dot = first.text.indexOf('.');
  if (dot === -1) return { name: first.text.toLowerCase(), parts: [], at };
  const rest = first.text.slice(dot + 1);
  const named = rest === '' ? others : [{ text: rest, quoted: false }, ...others];
  return { name: first.text.slice(0, dot).toLowerCase(), parts: named, at };
}
