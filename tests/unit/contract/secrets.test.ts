import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { packageRoot } from '../../../src/base/package-root.ts';
import type { ParameterValue } from '../../../src/contract/journal.ts';
import {
  isSecretName,
  maskArguments,
  maskSecrets,
  maskValue,
  maskVariables,
  secretSpans,
  secretsIn,
} from '../../../src/contract/secrets.ts';

interface Table {
  secretNames: string[];
  plainNames: string[];
  texts: [string, string][];
  plainTexts: string[];
  arguments: [string[], string[]][];
  values: [string, ParameterValue, ParameterValue][];
  known: [string[], string, string][];
}

// A bar in a text keeps scanners from taking the table itself for a leak.
const table: Table = JSON.parse(
  readFileSync(join(packageRoot(), 'tests/fixtures/secrets.json'), 'utf8').replaceAll('|', ''),
);

describe('secrets', () => {
  it('are told by their names, and nothing else is', () => {
    assert.deepEqual(
      table.secretNames.filter((name) => !isSecretName(name)),
      [],
    );
    assert.deepEqual(table.plainNames.filter(isSecretName), []);
  });

  it('are told by their form, and nothing else is', () => {
    for (const [text, expected] of table.texts) assert.equal(maskSecrets(text), expected);
    for (const text of table.plainTexts) assert.equal(maskSecrets(text), text);
  });

  it('are found in arguments, in values and by themselves', () => {
    for (const [given, expected] of table.arguments) assert.deepEqual(maskArguments(given).args, expected);
    for (const [name, value, expected] of table.values) assert.deepEqual(maskValue(name, value), expected);
    for (const [values, text, expected] of table.known) assert.equal(maskSecrets(text, values), expected);
  });

  it('say what they were called', () => {
    const { found } = maskArguments([
      'train',
      '--api-key',
      'k1',
      'db.password=k2',
      'postgres://u:k3@h',
      '--db',
      'a://:k4@h',
    ]);
    assert.deepEqual(
      found.map(({ at, name, values }) => [at, name, values]),
      [
        [2, '--api-key', ['k1']],
        [3, 'db.password', ['k2']],
        [4, '5', ['k3']],
        [6, '--db', ['k4']],
      ],
    );
    const { variables } = maskVariables({ HF_TOKEN: 'abc', URL: 'http://a:b@c', LANG: 'C', NO_TOKEN: '0' });
    assert.deepEqual(variables, { HF_TOKEN: '***', URL: 'http://a:***@c', LANG: 'C', NO_TOKEN: '0' });
    assert.deepEqual(secretsIn({ HF_TOKEN: 'hunter22', TOKEN: 'abc', LANG: 'C.UTF-8', X_SECRET: undefined }), [
      'hunter22',
    ]);
  });

  it('are masked once: what is masked stays as it is, and nothing else of a text changes', () => {
    const piece = fc.oneof(
      fc.string(),
      fc.constantFrom(...table.texts.map(([text]) => ` ${text} `), ...table.plainTexts, '***', 'known-secret'),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => {
        const text = pieces.join('');
        const once = maskSecrets(text, ['known-secret']);
        assert.equal(maskSecrets(once, ['known-secret']), once);
        assert.ok(!once.includes('known-secret'));
        let rest = text;
        for (const [from, to] of secretSpans(text, ['known-secret']).reverse())
          rest = rest.slice(0, from) + rest.slice(to);
        assert.equal(once.replaceAll('***', ''), rest.replaceAll('***', ''));
      }),
    );
  });

  it('are looked for in linear time', () => {
    const cost = (text: string) => {
      const before = process.cpuUsage().user;
      maskSecrets(text);
      return process.cpuUsage().user - before;
    };
    for (const sign of [
      'a.a-',
      'http://a:',
      'eyJaaaaaaaa.',
      '-----BEGIN PRIVATE KEY-----',
      'Authorization: ',
      ';password=',
    ]) {
      const [short, long] = [4_000, 40_000].map((count) => cost(`${sign.repeat(count)} ://`));
      assert.ok((long as number) < 40 * Math.max(short as number, 10_000), sign);
    }
  });
});
