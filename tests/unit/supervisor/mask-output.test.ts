import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { maskOutput } from '../../../src/supervisor/mask-output.ts';
import { until } from '../../support/until.ts';

describe('hiding secrets in output', () => {
  let folder: string;
  let path: string;
  const said: string[] = [];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'trainyard-mask-'));
    path = join(folder, 'stdout.log');
    writeFileSync(path, '');
    said.length = 0;
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const mask = (values: string[]) => maskOutput([path], values, (text) => said.push(text));
  const finished = async (watch: ReturnType<typeof mask>) => {
    await (await watch.finish()).whole;
    assert.deepEqual(said, []);
    return readFileSync(path, 'utf8');
  };

  it('covers them byte for byte, while the file grows and at its end', async () => {
    const watch = mask(['pässword-1']);
    appendFileSync(path, 'é pässword-1 é\n');
    await until('the first line is covered', () => readFileSync(path, 'utf8') === 'é *********** é\n');
    appendFileSync(path, 'again päss');
    appendFileSync(path, 'word-1');
    assert.equal(await finished(watch), 'é *********** é\nagain ***********');
  });

  it('covers a key of several lines, and leaves its lines', async () => {
    const watch = mask([]);
    const [head, tail] = ['-----BEGIN PRIVATE KEY-----\n', '-----END PRIVATE KEY-----\n'];
    appendFileSync(path, `first\n${head}abc\n`);
    await until('what is before the key was looked at', () => readFileSync(path, 'utf8').startsWith('first'));
    appendFileSync(path, `def\n${tail}last\n`);
    assert.equal(await finished(watch), `first\n${head}***\n***\n${tail}last\n`);
  });

  it('finds them wherever blocks of the file meet, and changes nothing else', async () => {
    const secret = 'hunter2-hunter2';
    const line = `${'x'.repeat(97)} ${secret} \r`;
    const long = 'y'.repeat(700_000);
    const text = line.repeat(6_000) + long + secret + long + line.repeat(10);
    const watch = mask([secret]);
    writeFileSync(path, text);
    assert.equal(await finished(watch), text.replaceAll(secret, '*'.repeat(secret.length)));
  });
});
