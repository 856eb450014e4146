/**
 * Writes command lines as the form does, for tests that are written in Python. Standard input: a list of
 * `{script, values: [[command, dest, [value…]]…]}`; standard output: for each the words, and the values that are read back from them.
 */

import { stdin, stdout } from 'node:process';
import { text } from 'node:stream/consumers';
import { readScriptForm, type ScriptReading } from '../../src/tracking/arguments/script-form.ts';
import { assignWords, setArgument } from '../../src/window/script-arguments.ts';

type Case = { script: string; values: [command: string | null, dest: string, values: string[]][] };

const cases: Case[] = JSON.parse(await text(stdin));
const forms = new Map<string, ScriptReading>();
const answers = [];
for (const { script, values } of cases) {
  const form = forms.get(script) ?? (await readScriptForm(script));
  forms.set(script, form);
  const argumentOf = (command: string | null, dest: string) => {
    const found = form.arguments.find((argument) => argument.command === command && argument.dest === dest);
    if (!found) throw new Error(`${script} has no ${command} ${dest}`);
    return found;
  };
  const words = values.reduce(
    (before: string[], [command, dest, given]) => setArgument(form.arguments, before, argumentOf(command, dest), given),
    [],
  );
  const { assigned, rest } = assignWords(form.arguments, words);
  const read = values.map(([command, dest]) => assigned.get(argumentOf(command, dest))?.values ?? null);
  answers.push({ words, read, rest: rest.map((at) => words[at]) });
}
stdout.write(JSON.stringify(answers));
