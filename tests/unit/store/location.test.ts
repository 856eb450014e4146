import assert from 'node:assert/strict';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { indexFile, sharedPlace } from '../../../src/store/location.ts';
import { makeStore, removeStore } from '../../support/run-folders.ts';

describe('where the index lives', () => {
  let place: ReturnType<typeof makeStore>;
  const home = process.env.TRAINYARD_HOME;
  beforeEach(() => {
    place = makeStore();
    process.env.TRAINYARD_HOME = join(place.root, 'home');
  });
  afterEach(() => {
    if (home === undefined) delete process.env.TRAINYARD_HOME;
    else process.env.TRAINYARD_HOME = home;
    removeStore(place);
  });

  it('is beside the run folders on a disk of this machine', () => {
    const options = { platform: 'linux' as const, fileSystem: () => 0xef53 };
    assert.equal(indexFile(place.store, options), join(place.store, 'trainyard.db'));
  });

  it('is in the user folder on a network file system, one for each store', () => {
    for (const type of [0x6969, 0xff534d42, -11317950, 0x65735546, 0x01021997]) {
      const options = { platform: 'linux' as const, fileSystem: () => type };
      const file = indexFile(place.store, options);
      assert.match(file.slice(place.root.length), /^[/\\]home[/\\]indexes[/\\][0-9a-f]{32}[/\\]trainyard\.db$/);
      assert.notEqual(file, indexFile(place.root, options));
    }
  });

  it('is the same whichever link leads to the store', () => {
    symlinkSync(place.root, join(place.root, 'link'));
    const options = { platform: 'linux' as const, fileSystem: () => 0x6969 };
    assert.equal(indexFile(join(place.root, 'link', '.trainyard'), options), indexFile(place.store, options));
  });

  it('knows the folders of synchronizing programs by name, on every platform', () => {
    const shared = [
      'C:\\Users\\ada\\OneDrive - Lab\\code\\.trainyard',
      '/Users/ada/Library/Mobile Documents/com~apple~CloudDocs/x/.trainyard',
      '/Users/ada/Library/CloudStorage/GoogleDrive-a/x/.trainyard',
      '/home/ada/Dropbox/x/.trainyard',
    ];
    for (const folder of shared) assert.equal(sharedPlace(folder, { fileSystem: () => 0xef53 }), true, folder);
    for (const folder of ['/home/ada/dropbox-clone/.trainyard', '/home/ada/my onedrive notes/.trainyard']) {
      assert.equal(sharedPlace(folder, { platform: 'linux', fileSystem: () => 0xef53 }), false, folder);
    }
  });

  it('knows network paths on Windows', () => {
    assert.equal(sharedPlace('\\\\server\\share\\x', { platform: 'win32' }), true);
    assert.equal(sharedPlace('\\\\?\\C:\\x', { platform: 'win32' }), false);
    assert.equal(sharedPlace('C:\\x', { platform: 'win32' }), false);
  });
});
