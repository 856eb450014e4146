import { equal, type ListValue, scalarText, truth, unknown, type Value } from './values.ts';

const longestText = 10_000;
const largestShift = 256n;

export function binary(operator: string, left: Value, right: Value): Value {
  if (left.kind === 'int' && right.kind === 'int') return integers(operator, left.value, right.value);
  if (isNumber(left) && isNumber(right)) return floats(operator, Number(left.value), Number(right.value));
  if (left.kind === 'str' && operator === '%') return formatted(left.value, right);
  if (left.kind === 'str' && right.kind === 'str') {
    if (operator === '+' && left.value.length + right.value.length < longestText) {
      return { kind: 'str', value: left.value + right.value };
    }
    return unknown;
  }
  if (left.kind === 'list' && right.kind === 'list' && operator === '+') {
    return { kind: 'list', items: [...left.items, ...right.items], open: left.open || right.open };
  }
  return unknown;
}

export function negative(value: Value): Value {
  if (value.kind === 'int') return { kind: 'int', value: -value.value };
  if (value.kind === 'float')
    return floatValue(-value.value, value.text.startsWith('-') ? value.text.slice(1) : `-${value.text}`);
  return unknown;
}

export function compare(operator: string, left: Value, right: Value): Value {
  const same = equal(left, right);
  const bool = (value: boolean | undefined): Value => (value === undefined ? unknown : { kind: 'bool', value });
  if (operator === '==' || operator === 'is') return bool(same);
  if (operator === '!=' || operator === 'is not') return bool(same === undefined ? undefined : !same);
  if (isNumber(left) && isNumber(right)) {
    const [one, other] = [Number(left.value), Number(right.value)];
    if (operator === '<') return bool(one < other);
    if (operator === '<=') return bool(one <= other);
    if (operator === '>') return bool(one > other);
    if (operator === '>=') return bool(one >= other);
  }
  if (operator === 'in' && right.kind === 'list' && !right.open) return bool(contains(right, left));
  return unknown;
}

export function floatValue(value: number, text?: string): Value {
  return { kind: 'float', value, text: text ?? (Number.isInteger(value) ? value.toFixed(1) : String(value)) };
}

function integers(operator: string, left: bigint, right: bigint): Value {
  const int = (value: bigint): Value => ({ kind: 'int', value });
  if (operator === '+') return int(left + right);
  if (operator === '-') return int(left - right);
  if (operator === '*') return int(left * right);
  if (operator === '/' && right !== 0n) return floatValue(Number(left) / Number(right));
  if (operator === '//' && right > 0n && left >= 0n) return int(left / right);
  if (operator === '%' && right > 0n && left >= 0n) return int(left % right);
  if (operator === '**' && right >= 0n && right <= largestShift) return int(left ** right);
  if (operator === '**' && right < 0n && right >= -largestShift) return floatValue(Number(left) ** Number(right));
  if (operator === '<<' && right >= 0n && right <= largestShift) return int(left << right);
  if (operator === '>>' && right >= 0n && right <= largestShift) return int(left >> right);
  if (operator === '|') return int(left | right);
  return unknown;
}

function floats(operator: string, left: number, right: number): Value {
  if (operator === '+') return floatValue(left + right);
  if (operator === '-') return floatValue(left - right);
  if (operator === '*') return floatValue(left * right);
  if (operator === '/' && right !== 0) return floatValue(left / right);
  if (operator === '**') return floatValue(left ** right);
  return unknown;
}

/** `'…' % values`, with plain `%s` and `%d` only. */
function formatted(template: string, value: Value): Value {
  const values = value.kind === 'list' ? value.items : [value];
  if ((value.kind === 'list' && value.open) || /%[^sd%]/.test(template)) return unknown;
  let next = 0;
  let known = true;
  const text = template.replace(/%([sd%])/g, (_, kind: string) => {
    if (kind === '%') return '%';
    const part = values[next++];
    const filled = part && scalarText(part);
    known &&= filled !== undefined;
    return filled ?? '';
  });
  return known && next === values.length ? { kind: 'str', value: text } : unknown;
}

function contains(list: ListValue, value: Value): boolean | undefined {
  const answers = list.items.map((item) => equal(item, value));
  if (answers.includes(true)) return true;
  return answers.includes(undefined) ? undefined : false;
}

function isNumber(value: Value): value is Extract<Value, { kind: 'int' | 'float' }> {
  return value.kind === 'int' || value.kind === 'float';
}

/** `and` and `or` give back one of their sides. */
export function eitherOr(operator: string, left: Value, right: Value): Value {
  const first = truth(left);
  if (first === undefined) return unknown;
  return (operator === 'and') === first ? right : left;
}
