/** A failure that a person can act on: a code, the values that its message needs, and what lies behind it. */
export class Fault extends Error {
  readonly code: string;
  readonly params: Readonly<Record<string, FaultValue>>;

  constructor(code: string, params: Record<string, FaultValue> = {}, cause?: unknown) {
    super(`${code} ${JSON.stringify(params)}`, cause === undefined ? undefined : { cause });
    this.name = 'Fault';
    this.code = code;
    this.params = params;
  }

  /** By its name: each of the window's two bundles has this class. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === 'Fault';
  }
}

export type FaultValue = string | number | boolean | null;

/** The values of a message as text, as translations and wire formats take them. */
export function paramTexts(params: Readonly<Record<string, FaultValue>>): Record<string, string> {
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, String(value)]));
}

export function causeText(error: unknown): string {
  if (error instanceof Error) return error.message;
  return String(error);
}

/** The `code` of a Node system error (`ENOENT`, `EACCES`, …), else undefined. */
export function systemCode(error: unknown): string | undefined {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return undefined;
}
