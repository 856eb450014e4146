/** Prints what the form offers for each of the given scripts, as JSON: for tests that are written in Python. */
import { argv, stdout } from 'node:process';
import { readScriptForm, type ScriptReading } from '../../src/tracking/arguments/script-form.ts';

const forms: Record<string, ScriptReading> = {};
for (const file of argv.slice(2)) forms[file] = await readScriptForm(file);
stdout.write(JSON.stringify(forms));
