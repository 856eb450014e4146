/**
 * JSON in which every number survives: -0 is written `-0.0`; NaN and the infinities, which JSON lacks, are the strings
 * "NaN", "Infinity" and "-Infinity".
 */
export function exactJson(value: unknown, indent = 0): string {
  return write(value, indent > 0 ? ' '.repeat(indent) : '', '');
}

/** What a JSON text says; undefined where it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function exactNumber(value: number): string {
  if (Number.isFinite(value)) return Object.is(value, -0) ? '-0.0' : String(value);
  return JSON.stringify(String(value));
}

function write(value: unknown, step: string, margin: string): string {
  if (typeof value === 'number') return exactNumber(value);
  if (value === null || value === undefined) return 'null';
  if (typeof value !== 'object') return JSON.stringify(value);
  const inner = margin + step;
  if (Array.isArray(value)) {
    return enclose(
      '[',
      ']',
      value.map((item) => write(item, step, inner)),
      step,
      margin,
    );
  }
  const parts = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .map(([key, item]) => `${JSON.stringify(key)}:${step ? ' ' : ''}${write(item, step, inner)}`);
  return enclose('{', '}', parts, step, margin);
}

function enclose(open: string, close: string, parts: string[], step: string, margin: string): string {
  if (parts.length === 0) return open + close;
  if (!step) return open + parts.join(',') + close;
  return `${open}\n${margin}${step}${parts.join(`,\n${margin}${step}`)}\n${margin}${close}`;
}
