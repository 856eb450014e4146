/** What a command takes: every option has one line of help, `value` names what it needs, and a switch has none. */
export interface OptionSpec {
  value?: string;
  short?: string;
  /** May be given more than once. */
  many?: boolean;
  help: string;
}

export interface Command {
  name: string;
  summary: string;
  usage: string[];
  options: Record<string, OptionSpec>;
  /** Everything after `--` belongs to the script that it starts. */
  passesOn?: boolean;
  /** `-K` is an operand, not an option. */
  dashOperands?: boolean;
  /** Loaded only when the command is used: the others must not cost start-up time. */
  load(): Promise<{ run(invocation: Invocation): Promise<number> }>;
}

/** A command line, understood. */
export interface Invocation {
  command: string;
  operands: string[];
  /** What came after `--`, where the command passes it on; null without `--`. */
  rest: string[] | null;
  options: Record<string, string[]>;
  json: boolean;
  /** `--store DIR`, as typed. */
  store: string | undefined;
  cwd: string;
}

export function option(invocation: Invocation, name: string): string | undefined {
  return invocation.options[name]?.at(-1);
}

export function switched(invocation: Invocation, name: string): boolean {
  return invocation.options[name] !== undefined;
}
