import assert from 'node:assert/strict';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateRawSync } from 'node:zlib';
import { ByteWriter, encodeColumn } from '../../../../src/store/index.ts';
import { readBlock } from '../../../../src/tracking/sealed/block.ts';
import { openJournal } from '../../../../src/tracking/sealed/journal-source.ts';
import { encodeHeader, encodeTable, readHeader } from '../../../../src/tracking/sealed/sealed-file.ts';

const million = 1 << 20;

/** A few bytes that stand for a million equal values. */
const swollen = encodeColumn(new Float64Array(million));

/** A block of few bytes that would take as much memory as there is. */
function bomb(columns: number): Buffer {
  const writer = new ByteWriter();
  const column = (bytes: Uint8Array) => {
    writer.varint(bytes.length);
    writer.bytes(bytes);
  };
  writer.varint(1);
  for (let index = 0; index < 3; index++) column(encodeColumn(new Float64Array(0)));
  writer.varint(0);
  const rest = deflateRawSync(Buffer.alloc(0));
  writer.varint(rest.length);
  writer.bytes(rest);
  for (let index = 0; index < 2; index++) column(encodeColumn(new Float64Array(0)));
  writer.varint(columns);
  for (let index = 0; index < columns; index++) {
    writer.varint(index);
    writer.byte(0);
  }
  for (let index = 0; index <= columns; index++) column(swollen);
  return Buffer.from(writer.finish());
}

describe('a sealed journal that swells', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'trainyard-sealed-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is damage before it takes memory', () => {
    assert.ok(swollen.length < 100);
    const block = bomb(2_000);
    const before = process.memoryUsage().arrayBuffers;
    assert.throws(() => readBlock(block, 128 * 1024), { code: 'EBADMSG' });
    assert.ok(process.memoryUsage().arrayBuffers - before < 64 * million);
  });

  it('reads as zeros where its blocks are bombs, and no longer than it says', () => {
    const packed = bomb(200);
    const length = 128 * 1024;
    const table = encodeTable([
      { offset: 72, start: 0, packed: packed.length, length, packedCheck: crc32(packed), check: 1 },
    ]);
    const path = join(folder, 'journal-a-1-1.jsonl');
    const header = {
      length,
      sha256: '00'.repeat(32),
      blocks: 1,
      tableOffset: 72 + packed.length,
      tableCheck: crc32(table),
    };
    writeFileSync(join(folder, 'journal-a-1-1.sealed'), Buffer.concat([encodeHeader(header), packed, table]));
    const journal = openJournal(path);
    assert.deepEqual([journal.size, journal.read(0, 2 * length).equals(Buffer.alloc(length))], [length, true]);
    journal.close();
  });

  it('is refused where it says that it stands for more than any journal', () => {
    const block = { offset: 72, start: 0, packed: 0, length: 0xffff_ffff, packedCheck: 0, check: 0 };
    const table = encodeTable([block]);
    const header = { sha256: '00'.repeat(32), blocks: 1, tableOffset: 72, tableCheck: crc32(table) };
    for (const length of [0xffff_ffff, 2 ** 52]) {
      const path = join(folder, 'journal-b-1-1.sealed');
      writeFileSync(path, Buffer.concat([encodeHeader({ ...header, length }), table]));
      assert.throws(() => openJournal(path.replace('.sealed', '.jsonl')), { code: 'EBADMSG' });
    }
    const path = join(folder, 'many.sealed');
    writeFileSync(path, encodeHeader({ ...header, length: 0, blocks: 0xffff_ffff }));
    const descriptor = openSync(path, 'r');
    assert.throws(() => readHeader(descriptor), { code: 'EBADMSG' });
    closeSync(descriptor);
  });
});
