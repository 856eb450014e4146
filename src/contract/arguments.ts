/** What a script takes on its command line, found by parsing it, without running it. */
export interface ScriptArgument {
  /** The longest option string (`--learning-rate`), or the name of a positional. */
  flag: string;
  /** All option strings; empty for a positional. */
  flags: string[];
  /** The name in the parsed namespace (`learning_rate`). */
  dest: string;
  type: 'string' | 'integer' | 'number' | 'boolean' | 'path';
  /** What the argument does: takes a value, is a switch, or takes several values. */
  takes: 'value' | 'switch' | 'values';
  required: boolean;
  /** As a person would type it; null where there is none or it is computed. */
  default: string | null;
  choices: string[] | null;
  help: string | null;
  line: number;
}

export interface ScriptForm {
  path: string;
  arguments: ScriptArgument[];
  /** Places that Python will not parse. */
  problems: { line: number; column: number; text: string }[];
  /** What was typed last time, as a command line. */
  lastArgs: string[] | null;
  interpreter: Interpreter | null;
  /** Why there is no usable interpreter, as an error code of contract/errors.ts with its values. */
  interpreterProblem: { code: string; params: Record<string, string> } | null;
}

export interface Interpreter {
  path: string;
  version: string;
  /** How it was found: `asked`, `venv`, `conda`, `pyenv`, `path`. */
  source: 'asked' | 'venv' | 'conda' | 'pyenv' | 'path';
}

/** A script that somebody may want to run, the likeliest first. */
export interface ScriptCandidate {
  path: string;
  /** It has an `if __name__ == "__main__"` or was run before. */
  entry: boolean;
  lastRun: { time: number; args: string[] } | null;
}
