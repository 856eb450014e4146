import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '../../../src/base/fault.ts';
import type { DriverName } from '../../../src/store/driver.ts';
import { openStore, removeIndex } from '../../../src/store/index.ts';
import { latestVersion } from '../../../src/store/migrate.ts';
import { indexSuffixes } from '../../../src/store/own-index.ts';
import { craftIndex, emptyShell, lyingSchemas, plant, plantJournal, strangers } from '../../support/hostile-index.ts';
import { drivers, makeStore, removeStore } from '../../support/run-folders.ts';

let place: ReturnType<typeof makeStore>;
let file: string;
let victim: string;

/** It is refused, to be read and to be written, and nothing outside has changed. */
function isRefused(driver: DriverName) {
  for (const readOnly of [true, false]) {
    assert.throws(
      () => openStore(place.store, { driver, readOnly }).close(),
      (error) => error instanceof Fault && error.code === 'store-broken' && error.params.file === file,
    );
  }
  assert.equal(readFileSync(victim, 'utf8'), 'precious');
  assert.equal(existsSync(`${victim}.new`), false);
}

for (const driver of drivers) {
  describe(`an index that somebody else made, with ${driver}`, () => {
    let sound: Buffer;
    before(() => {
      const own = makeStore();
      openStore(own.store, { driver }).close();
      sound = readFileSync(join(own.store, 'trainyard.db'));
      removeStore(own);
    });
    beforeEach(() => {
      place = makeStore();
      file = join(place.store, 'trainyard.db');
      victim = join(place.root, 'precious');
      writeFileSync(victim, 'precious');
      writeFileSync(file, sound);
    });
    afterEach(() => removeStore(place));

    it('is opened where it is sound', () => {
      openStore(place.store, { driver, readOnly: true }).close();
      openStore(place.store, { driver }).close();
    });

    for (const [what, sql] of Object.entries(lyingSchemas)) {
      it(`is refused where it has ${what}`, () => {
        craftIndex(file, sql, driver);
        isRefused(driver);
      });
    }

    it('is refused where its schema was written by hand', () => {
      craftIndex(file, 'CREATE TABLE aaaaaa (x INTEGER)', driver);
      const text = readFileSync(file, 'latin1');
      const crafted = text.replace('CREATE TABLE aaaaaa (x INTEGER)', 'CREATE VIEW aaaaaa AS SELECT 1 ');
      assert.notEqual(crafted, text);
      writeFileSync(file, crafted, 'latin1');
      isRefused(driver);
    });

    for (const version of [0, 1, latestVersion()]) {
      it(`is refused where it says that it is ours, of version ${version}, and is not`, () => {
        rmSync(file);
        craftIndex(file, emptyShell(version), driver);
        isRefused(driver);
      });
    }

    it('is refused where it says that it has pages without end', () => {
      const bytes = Buffer.from(sound);
      bytes.writeUInt32BE(0xffff_fffe, 28);
      writeFileSync(file, bytes);
      isRefused(driver);
    });

    for (const suffix of indexSuffixes) {
      for (const what of Object.keys(strangers)) {
        it(`is refused where ${what} stands at trainyard.db${suffix}, and is made anew`, () => {
          plant(what, file + suffix, victim);
          isRefused(driver);
          removeIndex(place.store);
          assert.deepEqual(readdirSync(place.store), ['runs']);
        });
      }
    }

    it('is refused where the journal beside it names a file elsewhere, which older SQLites delete', () => {
      craftIndex(file, 'PRAGMA journal_mode = DELETE', driver);
      plantJournal(file, victim);
      isRefused(driver);
    });
  });
}
