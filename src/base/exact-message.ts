/**
 * Messages between the window and its panels as text. VS Code passes panel messages through JSON, where NaN, the
 * infinities and -0 would become something else; here they survive.
 */
const mark = '$number';

export function toExactMessage(message: unknown): string {
  return JSON.stringify(message, (_key, value: unknown) =>
    typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0))
      ? { [mark]: Object.is(value, -0) ? '-0' : String(value) }
      : value,
  );
}

export function fromExactMessage(text: string): unknown {
  return JSON.parse(text, (_key, value: unknown) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    const keys = Object.keys(value);
    const number: unknown = Reflect.get(value, mark);
    return keys.length === 1 && typeof number === 'string' && special.has(number) ? Number(number) : value;
  });
}

const special = new Set(['NaN', 'Infinity', '-Infinity', '-0']);
