/** What a script takes on its command line, found by parsing it, without running it. */
export interface ScriptArgument {
  /** The library that reads it. It decides how a value is spelled on the command line. */
  source: 'argparse' | 'click' | 'typer' | 'fire' | 'hydra';
  /** The longest option string (`--learning-rate`), the name of a positional, or the key of a Hydra override. */
  flag: string;
  /** All option strings; empty for a positional. */
  flags: string[];
  /** Those of `flags` that switch it off (`--no-cache`). */
  off: string[];
  /** It can be given by its place alone, without a flag. */
  positional: boolean;
  /** The name in the parsed namespace (`learning_rate`). */
  dest: string;
  /** `literal`: whatever the library makes of the text, such as a list, a mapping or a value of any type. */
  type: 'string' | 'integer' | 'number' | 'boolean' | 'path' | 'literal';
  /** What the argument does: takes a value, is a switch, or takes several values. */
  takes: 'value' | 'switch' | 'values';
  /** The flag is given again for every value (`-v -v`, `--tag a --tag b`), instead of once with several values. */
  repeats: boolean;
  /** How many values it takes at once where that is fixed. Null where it is not, and for one value or none. */
  count: number | null;
  /** The script does not start without it, or would ask for it on a terminal, which a run has not. */
  required: boolean;
  /**
   * As a person would type it, several values separated by spaces and quoted where they hold some; `True` or `False` for
   * a switch; null where there is none or it is computed.
   */
  default: string | null;
  choices: string[] | null;
  /** Values that a person may mean, while others are allowed too. */
  suggestions: string[] | null;
  /** The environment variable that gives the value where the command line does not. */
  variable: string | null;
  /** Typed without being shown: a password. */
  secret: boolean;
  help: string | null;
  /** The sub-command that it belongs to, several joined by spaces; it is typed after it. Null for the script's own. */
  command: string | null;
  line: number;
}

/** What an argument finder could see but not read; `{name}` stands for a value. */
export const unreadMessages = {
  'argument-in-loop': 'Arguments are added in a loop here; they are not offered.',
  'argument-computed': 'The name of an argument is computed here; it is not offered.',
  'parser-elsewhere': '{name} may add arguments here; it is not in this folder, so they are not offered.',
  'several-parsers': 'The script has several argument parsers; the arguments of all are offered.',
  'parameter-open': '{name} takes anything; it is not offered.',
  'config-missing': 'The configuration {name} is not in {folder}; its keys are not offered.',
  'config-unreadable': '{file} could not be read: {problem}',
  'config-elsewhere':
    '{name} in the defaults list depends on other values or lies elsewhere; its keys are not offered.',
  'too-complex': 'The script is too large or too involved to be read in full; some arguments may be missing.',
  'not-readable': 'The file could not be read: {problem}',
} satisfies Record<string, string>;

export interface UnreadPlace {
  line: number;
  column: number;
  code: keyof typeof unreadMessages;
  params: Record<string, string>;
}

/** Why Python will not parse a place of a script; `{name}` stands for a value. */
export const syntaxMessages = {
  'not-text': 'This is not text: the file holds a NUL byte.',
  'not-utf8': 'The byte {byte} is not UTF-8. Save the file as UTF-8, or declare its encoding in line 1.',
  'encoding-unknown': 'Python knows no encoding “{name}”.',
  'not-python': 'Python cannot make sense of this: “{code}”.',
  'token-missing': '“{token}” is missing here.',
  'colon-missing': 'A colon is missing at the end of this “{keyword}” line.',
  'single-equals': 'A single = cannot stand here; == compares.',
  'block-missing': 'An indented block is missing after “{code}”.',
  'indentation-wrong': 'The indentation does not match the lines around it.',
  'argument-late': 'An argument without a name stands after one with a name.',
  'bracket-open': '“{token}” is never closed.',
  'bracket-astray': '“{token}” closes nothing that is open here.',
  'string-open': 'This string is never closed.',
  'python2-print': 'This is Python 2: print is a function now, its arguments need parentheses.',
  'python2-exec': 'This is Python 2: exec is a function now.',
  'python2-raise': 'This is Python 2: write raise Error(message).',
  'python2-unequal': 'This is Python 2: write != instead of <>.',
  'python2-octal': 'This is Python 2: an octal number is written 0o17.',
  'python2-unicode': 'This is Python 2: ur"" is gone.',
} satisfies Record<string, string>;

/** Line and column count from 1, as Python and the editor say them. */
export interface ScriptProblem {
  line: number;
  column: number;
  code: keyof typeof syntaxMessages;
  params: Record<string, string>;
}

export interface ScriptForm {
  /** The file that was read; null where there is none, such as for a module from elsewhere. */
  path: string | null;
  arguments: ScriptArgument[];
  /** Places that Python will not parse. */
  problems: ScriptProblem[];
  /** What could be seen but not be read. */
  unread: UnreadPlace[];
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
  /** Relative to the folder, with forward slashes. */
  path: string;
  /** It has an `if __name__ == "__main__"` or was run before. */
  entry: boolean;
  lastRun: { time: number; args: string[] } | null;
}
