import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import manifest from '../../../package.json' with { type: 'json' };

interface Pattern {
  regexp: string;
  file?: number;
  line?: number;
  message?: number;
}

/** What VS Code does with a pattern of several lines: each has to match the line after the one before. */
function matches(patterns: Pattern[], lines: string[]): { file: string; line: number; message: string }[] {
  return lines.flatMap((_, start) => {
    const found = patterns.map(({ regexp }, offset) => new RegExp(regexp).exec(lines[start + offset] ?? ''));
    if (found.some((match) => match === null)) return [];
    const part = (name: 'file' | 'line' | 'message') => {
      const at = patterns.findIndex((pattern) => pattern[name] !== undefined);
      return found[at]?.[patterns[at]?.[name] ?? 0] ?? '';
    };
    return [{ file: part('file'), line: Number(part('line')), message: part('message') }];
  });
}

describe('the problem matchers', () => {
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'trainyard-matcher-'));
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  const found = (script: string) => {
    const file = join(folder, 'fails.py');
    writeFileSync(file, script);
    const { stderr } = spawnSync('python3', [file], { encoding: 'utf8' });
    const places = manifest.contributes.problemPatterns.flatMap(({ patterns }) =>
      matches(patterns as Pattern[], stderr.split('\n')),
    );
    return places.map((place) => ({ ...place, file: place.file === file }));
  };

  it('find the innermost place of a traceback, and what was raised there', () => {
    const script = 'def fit(rows):\n    raise ValueError("no rows: none")\n\nfit([])\n';
    assert.deepEqual(found(script), [{ file: true, line: 2, message: 'ValueError: no rows: none' }]);
  });

  it('find one whose place inside the line is marked', () => {
    const script = 'def fit(rows):\n    return 1 + rows["all"] / 0\n\nfit({"all": 1})\n';
    assert.deepEqual(found(script), [{ file: true, line: 2, message: 'ZeroDivisionError: division by zero' }]);
  });

  it('find nothing where nothing failed', () => {
    assert.deepEqual(found('print("File \\"x.py\\", line 3")\n'), []);
  });
});
