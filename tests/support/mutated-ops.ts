import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openStore } from '../../src/store/index.ts';
import { examine, ingest, runDetails } from '../../src/tracking/index.ts';
import { mutate } from './mutations.ts';
import { type Random, random } from './random.ts';
import { record, runStart, writeRun } from './run-folders.ts';

interface OpsFile {
  name: string;
  bytes: Buffer;
  /** What was written, by the key of the tag that it sets. */
  written: Map<string, string>;
}

function makeFile(run: string, seed: number, dice: Random): OpsFile {
  const written = new Map<string, string>();
  for (let index = dice.whole(1, 40); index > 0; index--) {
    const key = `tag ${seed}.${index}`;
    written.set(key, record({ v: 1, t: runStart + index, by: 'ada', run, op: 'tag', key, value: `${dice.next()}` }));
  }
  const whole = Buffer.from([...written.values()].join(''));
  return { name: `host-${seed}.jsonl`, bytes: mutate(whole, [whole], dice).bytes, written };
}

const filesAtOnce = 50;

/**
 * Damages so many ops files of a new store at `folder`, and looks for what people did in every record that came through unharmed.
 * Answers how many those were. The same seeds make the same files.
 */
export async function checkMutatedOps(folder: string, from: number, count: number): Promise<number> {
  mkdirSync(join(folder, 'ops'), { recursive: true });
  const store = openStore(folder);
  let found = 0;
  try {
    for (let seed = from; seed < from + count; ) {
      const run = writeRun(folder);
      const files: OpsFile[] = [];
      for (; files.length < filesAtOnce && seed < from + count; seed++) files.push(makeFile(run, seed, random(seed)));
      for (const { name, bytes } of files) writeFileSync(join(folder, 'ops', name), bytes);
      await ingest(store);
      const { tags } = runDetails(store, run);
      for (const { name, bytes, written } of files) {
        for (const [key, text] of written) {
          if (!bytes.includes(text)) continue;
          assert.ok(Object.hasOwn(tags, key), `${key} of ops/${name} is not in the index`);
          found++;
        }
      }
    }
  } finally {
    store.close();
  }
  const { problems } = await examine(folder);
  assert.ok(problems.every(({ code }) => code === 'ops-damaged'));
  assert.ok(problems.every(({ params }) => Number(params.bytes) > 0 && /^host-\d+\.jsonl$/.test(String(params.file))));
  return found;
}
