import type { CallArguments } from './add-argument.ts';
import { floatValue } from './operators.ts';
import type { Reading } from './reading.ts';
import { type DictValue, type ListValue, scalarText, unknown, type Value } from './values.ts';

const longestRange = 1000;

/** The result of a function of Python's own, where it follows from its arguments; undefined for all others. */
export function callName(path: string, given: CallArguments): Value | undefined {
  const [first] = given.positional;
  switch (path) {
    case 'range':
      return range(given.positional);
    case 'list':
    case 'tuple':
    case 'set':
    case 'frozenset':
      return first ? asList(first) : { kind: 'list', items: [], open: false };
    case 'reversed':
      return first?.kind === 'list' ? { ...first, items: first.items.toReversed() } : unknown;
    case 'sorted':
      return first && given.keywords.size === 0 ? sorted(asList(first)) : unknown;
    case 'dict':
      return dict(given);
    case 'str':
      return text(first && scalarText(first));
    case 'int':
      return first?.kind === 'int' ? first : first?.kind === 'float' ? whole(first.value) : unknown;
    case 'float':
      return first?.kind === 'float' ? first : first?.kind === 'int' ? floatValue(Number(first.value)) : unknown;
    case 'len':
      return first?.kind === 'list' && !first.open ? { kind: 'int', value: BigInt(first.items.length) } : unknown;
    case 'argparse.FileType':
      return { kind: 'name', path };
    case 'pathlib.Path':
    case 'pathlib.PurePath':
    case 'pathlib.PosixPath':
      return first?.kind === 'str' && given.positional.length === 1 ? pathValue(first.value) : unknown;
    default:
      return undefined;
  }
}

/** A method of a string, list or mapping; one that changes it makes the rest of it unknown. */
export function callValueMethod(reading: Reading, value: Value, name: string, given: CallArguments): Value {
  if (value.kind === 'str') return stringMethod(value.value, name, given);
  if (value.kind === 'dict') {
    const list = (items: Value[]): Value => ({ kind: 'list', items, open: value.open });
    if (name === 'keys') return list(value.entries.map(([key]) => key));
    if (name === 'values') return list(value.entries.map(([, item]) => item));
    if (name !== 'items' && name !== 'get' && name !== 'copy') value.open = true;
  }
  if (value.kind === 'list') changeList(reading, value, name, given);
  return unknown;
}

function changeList(reading: Reading, list: ListValue, name: string, given: CallArguments): void {
  if (name === 'index' || name === 'count' || name === 'copy') return;
  const [first] = given.positional;
  const certain = reading.branches === 0 && reading.loops === 0;
  if (name === 'append' && certain && first) list.items.push(first);
  else if (name === 'extend' && certain && first?.kind === 'list' && !first.open) list.items.push(...first.items);
  else list.open = true;
}

function stringMethod(value: string, name: string, given: CallArguments): Value {
  const [first] = given.positional;
  if (name === 'lower') return text(value.toLowerCase());
  if (name === 'upper') return text(value.toUpperCase());
  if (name === 'strip' && !first) return text(value.trim());
  if (name === 'split' && given.positional.length <= 1) {
    const separator = first === undefined ? /\s+/ : scalarText(first);
    if (separator === undefined || separator === '') return unknown;
    const parts = (first === undefined ? value.trim() : value).split(separator);
    return { kind: 'list', items: parts.map((part) => ({ kind: 'str', value: part })), open: false };
  }
  if (name === 'join' && first?.kind === 'list' && !first.open) {
    const parts = first.items.map(scalarText);
    return text(parts.includes(undefined) ? undefined : parts.join(value));
  }
  if (name === 'format') return text(formatted(value, given));
  return unknown;
}

function formatted(template: string, given: CallArguments): string | undefined {
  let next = 0;
  let known = !given.open;
  const filled = template.replace(/\{\{|\}\}|\{(\w*)\}|[{}]/g, (whole, name?: string) => {
    if (whole === '{{' || whole === '}}') return whole.slice(1);
    const value =
      name === undefined ? undefined : (given.keywords.get(name) ?? given.positional[name ? Number(name) : next++]);
    const part = value && scalarText(value);
    known &&= part !== undefined;
    return part ?? '';
  });
  return known ? filled : undefined;
}

function asList(value: Value): Value {
  if (value.kind === 'list') return { ...value, items: [...value.items] };
  if (value.kind === 'dict') return { kind: 'list', items: value.entries.map(([key]) => key), open: value.open };
  return unknown;
}

function sorted(value: Value): Value {
  if (value.kind !== 'list' || value.open) return unknown;
  const texts = value.items.map((item) => (item.kind === 'str' ? item.value : undefined));
  if (!texts.includes(undefined)) {
    const items = (texts as string[]).sort((one, other) => (one < other ? -1 : 1));
    return { kind: 'list', items: items.map((item) => ({ kind: 'str', value: item })), open: false };
  }
  const numbers = value.items.filter((item) => item.kind === 'int' || item.kind === 'float');
  if (numbers.length < value.items.length) return unknown;
  return { kind: 'list', items: numbers.sort((one, other) => Number(one.value) - Number(other.value)), open: false };
}

function range(values: Value[]): Value {
  const numbers = values.map((value) => (value.kind === 'int' ? Number(value.value) : Number.NaN));
  if (numbers.length === 0 || numbers.some((value) => !Number.isSafeInteger(value))) return unknown;
  const [start, end] = numbers.length === 1 ? [0, numbers[0] as number] : (numbers as [number, number]);
  const step = numbers[2] ?? 1;
  const count = step === 0 ? 0 : Math.max(0, Math.ceil((end - start) / step));
  if (step === 0 || count > longestRange) return unknown;
  const items = Array.from(
    { length: count },
    (_, index): Value => ({ kind: 'int', value: BigInt(start + index * step) }),
  );
  return { kind: 'list', items, open: false };
}

function dict(given: CallArguments): DictValue {
  const entries = [...given.keywords].map(([key, value]): [Value, Value] => [{ kind: 'str', value: key }, value]);
  return { kind: 'dict', entries, open: given.open || given.positional.length > 0 };
}

function whole(value: number): Value {
  return Number.isFinite(value) ? { kind: 'int', value: BigInt(Math.trunc(value)) } : unknown;
}

/** As pathlib writes a path: without `./`, doubled and trailing slashes. */
function pathValue(value: string): Value {
  const parts = value.split('/').filter((part) => part !== '' && part !== '.');
  return { kind: 'str', value: (value.startsWith('/') ? '/' : '') + parts.join('/') || '.' };
}

function text(value: string | undefined): Value {
  return value === undefined ? unknown : { kind: 'str', value };
}
