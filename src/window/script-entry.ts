import { basename } from 'node:path';

/** What starts a script where there is no guard, the surest first: decorators and calls of the libraries that make command lines. */
const starts = [
  /^if\s+__name__\s*==\s*(?:"__main__"|'__main__')\s*:/m,
  /^if\s+(?:"__main__"|'__main__')\s*==\s*__name__\s*:/m,
  /^@hydra\.main\b/m,
  /^@(?:click\.)?(?:command|group)\b/m,
  /^@(?:app|cli|main)\.command\b/m,
  /^(?:typer\.run|fire\.Fire|Fire)\(/m,
  /^(?:main|app|cli|run|train)\(/m,
];

/** Files that Python programs have, and nobody trains with. */
const noScript = /^(?:__init__|setup|conftest|noxfile|test_.*|.*_test)\.py$/;
/** A statement that does something: not only names that others use. */
const doing = /^(?:for|while|with|try)\b|^[A-Za-z_][\w.]*\(|^[A-Za-z_][\w.]*\.(?:fit|train|run)\w*\(/m;

/**
 * The line, counted from 0, above which a script is offered to be run: its guard, what stands for it, or its first line where it
 * does its work as it is read. Undefined where a file only defines names.
 */
export function entryLine(text: string, file: string): number | undefined {
  const code = withoutStrings(text);
  for (const start of starts) {
    const found = start.exec(code);
    if (found) return code.slice(0, found.index).split('\n').length - 1;
  }
  return !noScript.test(basename(file)) && doing.test(code) ? 0 : undefined;
}

/** Long strings hold examples of code. They are blanked, line by line, so that places stay. */
function withoutStrings(text: string): string {
  return text.replace(/("""|''')[\s\S]*?\1/g, (string) => string.replace(/[^\n]/g, ' '));
}
