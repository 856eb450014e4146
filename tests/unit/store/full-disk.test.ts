import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '../../../src/base/fault.ts';
import { openStore } from '../../../src/store/index.ts';
import { drivers } from '../../support/run-folders.ts';
import { type SmallDisk, smallDisk } from '../../support/small-disk.ts';

describe('an index on a full disk', () => {
  let disk: SmallDisk | undefined;
  beforeEach(function () {
    disk = smallDisk(this, 1024);
  });
  afterEach(() => {
    disk?.remove();
    disk = undefined;
  });

  for (const driver of drivers) {
    it(`is not opened to be written by ${driver}, and says why`, () => {
      assert.ok(disk);
      const folder = join(disk.path, '.trainyard');
      mkdirSync(folder);
      openStore(folder, { driver }).close();
      disk.fill(8192);
      assert.throws(
        () => {
          const store = openStore(folder, { driver });
          try {
            store.db.immediate(() => store.db.exec('CREATE TABLE large AS SELECT randomblob(900000) AS content'));
          } finally {
            store.close();
          }
        },
        (error) => {
          assert.ok(error instanceof Fault, String(error));
          assert.equal(error.code, 'store-not-writable');
          assert.match(String(error.params.problem), /full/);
          return true;
        },
      );
    });
  }
});
