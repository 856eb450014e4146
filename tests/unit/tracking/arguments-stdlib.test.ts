import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readScriptForm } from '../../../src/tracking/arguments/script-form.ts';
import { differences, realArguments } from '../../support/argparse-oracle.ts';

describe("readScriptForm, of Python's own library", () => {
  it('agrees with argparse on the scripts of the standard library', async function () {
    this.timeout(180_000);
    const printed = execFileSync('python3', ['-c', 'import sysconfig; print(sysconfig.get_path("stdlib"))']);
    const library = printed.toString().trim();
    const scripts = readdirSync(library)
      .filter((name) => name.endsWith('.py') && name !== 'argparse.py')
      .map((name) => join(library, name))
      .filter((path) => /ArgumentParser\(/.test(readFileSync(path, 'latin1')));
    const disagreements: string[] = [];
    let compared = 0;
    for (const script of scripts) {
      const real = realArguments(script);
      if (!real?.length) continue;
      compared += real.length;
      const form = await readScriptForm(script);
      disagreements.push(...differences(form.arguments, real, true).map((text) => `${script}: ${text}`));
      assert.deepEqual(form.problems, [], script);
    }
    assert.ok(compared >= 50, `only ${compared} arguments in ${scripts.length} scripts of ${library}`);
    assert.ok(disagreements.length <= compared * 0.02, disagreements.join('\n'));
  });
});
