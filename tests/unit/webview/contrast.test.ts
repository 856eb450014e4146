import { ok, strictEqual } from 'node:assert/strict';
import { contrast, parseColor, readable } from '../../../webview/shared/contrast.ts';

describe('contrast', () => {
  it('is that of WCAG', () => {
    strictEqual(contrast([0, 0, 0], [255, 255, 255]), 21);
    strictEqual(contrast([119, 119, 119], [255, 255, 255]).toFixed(2), '4.48');
  });

  it('reads the colours of themes', () => {
    for (const color of ['#fff', '#ffffff', '#ffffff80', 'rgb(255, 255, 255)', 'rgba(255, 255, 255, 0.5)']) {
      strictEqual(parseColor(color)?.join(), '255,255,255', color);
    }
    strictEqual(parseColor('tomato'), null);
  });

  it('leaves a colour that can be read, and moves one that cannot', () => {
    strictEqual(readable('#23d18b', '#1f1f1f'), '#23d18b');
    for (const [color, ground] of [
      ['#f5f543', '#ffffff'],
      ['#000000', '#1f1f1f'],
      ['#2472c8', '#0000ff'],
    ] as const) {
      const moved = parseColor(readable(color, ground));
      ok(moved && contrast(moved, parseColor(ground) ?? [0, 0, 0]) >= 4.5, color);
    }
    strictEqual(readable('tomato', '#ffffff'), 'tomato');
  });
});
