import assert from 'node:assert/strict';
import { pictureSize } from '../../../src/tracking/picture-size.ts';

const hex = (text: string) => Buffer.from(text.replaceAll(' ', '').padEnd(60, '0'), 'hex');

describe('the size of a picture', () => {
  it('is read from its header', () => {
    const png = hex('89504e47 0d0a1a0a 0000000d 49484452 00000280 000001e0');
    assert.deepEqual(pictureSize(png), { width: 640, height: 480 });
    assert.deepEqual(pictureSize(hex('474946383961 0a00 1400')), { width: 10, height: 20 });
    // A segment of application data, then the frame's header.
    assert.deepEqual(pictureSize(hex('ffd8 ffe0 0004 0000 ffc2 0011 08 0030 0050')), { width: 80, height: 48 });
  });

  it('is nothing where there is none', () => {
    for (const bytes of [Buffer.alloc(0), Buffer.alloc(30), hex('ffd8 ffe0 ffff'), hex('ffd8')])
      assert.deepEqual(pictureSize(bytes), { width: 0, height: 0 });
  });
});
