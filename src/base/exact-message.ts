/**
 * Messages between the window and its panels as text. VS Code passes panel messages through JSON, where NaN, the
 * infinities and -0 would become something else; here they survive.
 */
const mark = '$number';

export function toExactMessage(message: unknown): string {
  if (!hasSpecial(message)) return JSON.stringify(message);
  return JSON.stringify(message, (_key, value: unknown) =>
    isSpecial(value) ? { [mark]: Object.is(value, -0) ? '-0' : String(value) } : value,
  );
}

export function fromExactMessage(text: string): unknown {
  if (!text.includes(mark)) return JSON.parse(text);
  return JSON.parse(text, (_key, value: unknown) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    const keys = Object.keys(value);
    const number: unknown = Reflect.get(value, mark);
    return keys.length === 1 && typeof number === 'string' && special.has(number) ? Number(number) : value;
  });
}

const special = new Set(['NaN', 'Infinity', '-Infinity', '-0']);

function isSpecial(value: unknown): value is number {
  return typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0));
}

/** Most messages have none, and are several times as fast to write and to read without a look at each value by JSON. */
function hasSpecial(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return isSpecial(value);
  return Array.isArray(value) ? value.some(hasSpecial) : Object.values(value).some(hasSpecial);
}
