import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseSettings } from '../../../src/tracking/arguments/yaml-settings.ts';
import { findScripts, readScriptForm } from '../../../src/tracking/index.ts';

const hydra = [
  'import hydra',
  '@hydra.main(config_path="conf", config_name="config", version_base=None)',
  'def main(cfg): pass',
  'if __name__ == "__main__": main()',
];

/** Ten times as many values with each line. */
const levels = Array.from({ length: 9 }, (_, level) => {
  const aliases = Array.from({ length: 10 }, (_, key) => `k${key}: *l${level}`).join(', ');
  return `l${level + 1}: &l${level + 1} {${aliases}}`;
});
const bombs = {
  mappings: ['l0: &l0 {x: 1}', ...levels].join('\n'),
  lists: ['l0: &l0 [1]', ...levels.map((line) => line.replace(/\{.*\}/, (map) => `[${map.match(/\*\w+/g)}]`))].join(
    '\n',
  ),
  merges: [
    'l0: &l0 {x: 1}',
    ...levels.map((line) => line.replace(/\{.*\}/, (map) => `{<<: [${map.match(/\*\w+/g)}]}`)),
  ].join('\n'),
  aliases: `a: &a 1\nb: [${'*a,'.repeat(5_000)}]`,
};

describe('scripts and settings that want to take all time and memory', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'trainyard-hostile-'));
    mkdirSync(join(folder, 'conf'));
    writeFileSync(join(folder, 'train.py'), hydra.join('\n'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  for (const [what, text] of Object.entries(bombs)) {
    it(`stand for no more than can be read (${what})`, async () => {
      assert.throws(() => parseSettings(text), /more than/);
      writeFileSync(join(folder, 'conf', 'config.yaml'), text);
      const form = await readScriptForm(join(folder, 'train.py'), folder);
      assert.deepEqual(
        form.unread.map(({ code }) => code),
        ['config-unreadable'],
      );
    });
  }

  it('are read only where they are files', async () => {
    for (const make of [
      (path: string) => symlinkSync('/dev/zero', path),
      (path: string) => void execFileSync('mkfifo', [path]),
    ]) {
      for (const name of ['conf/config.yaml', 'helpers.py', 'train.py']) {
        rmSync(join(folder, name), { force: true });
        make(join(folder, name));
        const lines = ['from helpers import parser', ...hydra];
        if (name !== 'train.py') writeFileSync(join(folder, 'train.py'), lines.join('\n'));
        await readScriptForm(join(folder, 'train.py'), folder);
        const found = await findScripts(folder);
        assert.deepEqual(
          found.map(({ path }) => path),
          name === 'train.py' ? [] : ['train.py'],
        );
        rmSync(join(folder, name), { force: true });
      }
    }
  });
});
