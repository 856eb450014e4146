import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { readScriptForm } from '../../../src/tracking/arguments/script-form.ts';

const fixtures = join(import.meta.dirname, '../../fixtures/scripts');
const scripts = ['readable', 'libraries'].flatMap((folder) =>
  readdirSync(join(fixtures, folder))
    .filter((name) => name.endsWith('.py'))
    .map((name) => readFileSync(join(fixtures, folder, name))),
);
const parser =
  'import argparse\np = argparse.ArgumentParser()\np.add_argument("--a", type=int, default=1)\np.parse_args()\n';

describe('readScriptForm, of anything', () => {
  let folder: string;
  let file: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'trainyard-fuzz-'));
    file = join(folder, 'script.py');
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  async function read(content: string | Uint8Array) {
    writeFileSync(file, content);
    const form = await readScriptForm(file);
    const lines = Buffer.from(content)
      .toString('latin1')
      .split(/\r\n?|\n/).length;
    for (const place of [...form.problems, ...form.unread]) {
      assert.ok(place.line >= 1 && place.line <= lines && place.column >= 1, JSON.stringify(place));
    }
    for (const argument of form.arguments) assert.notEqual(argument.flag, '');
    return form;
  }

  it('answers for random bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 2000 }), async (bytes) => {
        await read(bytes);
      }),
      { numRuns: 200 },
    );
  });

  it('answers for damaged scripts', async () => {
    const damage = fc.record({
      script: fc.integer({ min: 0, max: scripts.length - 1 }),
      cuts: fc.array(
        fc.record({
          at: fc.double({ min: 0, max: 1, noNaN: true }),
          length: fc.integer({ min: 0, max: 40 }),
          put: fc.oneof(
            fc.constantFrom(
              '(',
              ')',
              '"',
              '"""',
              "'",
              '\\',
              '\n',
              '\t',
              ':',
              '=',
              '**',
              '*',
              '{',
              'f"{',
              '#',
              'def ',
              'for x in ',
              'if ',
            ),
            fc.string({ unit: 'binary', maxLength: 5 }),
          ),
        }),
        { minLength: 1, maxLength: 6 },
      ),
    });
    const property = fc.asyncProperty(damage, async ({ script, cuts }) => {
      let text = (scripts[script] as Buffer).toString('utf8');
      for (const { at, length, put } of cuts) {
        const start = Math.floor(at * text.length);
        text = text.slice(0, start) + put + text.slice(start + length);
      }
      await read(text);
    });
    await fc.assert(property, { numRuns: 300 });
  });

  const deep: Record<string, string> = {
    brackets: `x = ${'('.repeat(20_000)}1${')'.repeat(20_000)}\n`,
    'open brackets': `x = ${'['.repeat(20_000)}\n`,
    attributes: `x = a${'.a'.repeat(20_000)}\n`,
    calls: `x = a${'()'.repeat(20_000)}\n`,
    signs: `x = ${'-'.repeat(20_000)}1\n`,
    sums: `x = 1${' + 1'.repeat(20_000)}\n`,
    words: `x = ${'not '.repeat(20_000)}1\n`,
    lambdas: `x = ${'lambda: '.repeat(5000)}1\n`,
    blocks: `${Array.from({ length: 300 }, (_, depth) => `${' '.repeat(depth)}if x:\n`).join('')}${' '.repeat(300)}pass\n`,
    'f-strings': `x = ${'f"{'.repeat(500)}\n`,
  };
  for (const [name, source] of Object.entries(deep)) {
    it(`does not run out of stack in 20,000 levels: ${name}`, async () => {
      await read(source);
      const form = await read(parser + source);
      assert.ok(form.arguments.length === 1 || form.problems.length + form.unread.length > 0);
    });
  }

  it('does not follow functions without end', async () => {
    const calls = Array.from(
      { length: 30 },
      (_, n) => `def f${n}(p):\n    f${n + 1}(p)\n    f${n + 1}(p)\n    p.add_argument("--a${n}")\n`,
    );
    const form = await read(
      `import argparse\n${calls.join('')}def f30(p): f0(p)\np = argparse.ArgumentParser()\nf0(p)\np.parse_args()\n`,
    );
    assert.deepEqual(
      form.unread.map((place) => place.code),
      ['too-complex'],
    );
    assert.ok(form.arguments.length > 0);
  });

  it('does not read a file of five megabytes', async () => {
    const form = await read(parser + '# a comment\n'.repeat(450_000));
    assert.deepEqual(form, {
      arguments: [],
      problems: [],
      unread: [{ line: 1, column: 1, code: 'too-complex', params: {} }],
    });
  });

  it('reads a script of thirty thousand lines', async () => {
    const form = await read(`${'x = [1, 2, 3]\n'.repeat(30_000)}${parser}`);
    assert.ok(form.arguments.length === 1 || form.unread[0]?.code === 'too-complex');
  });

  it('works on after garbage', async () => {
    await read('\u0001'.repeat(100_000));
    const form = await read(parser);
    assert.equal(form.arguments.length, 1);
  });
});
