import assert from 'node:assert/strict';
import { noteChanges, type OutputSizes } from '../../../src/supervisor/output-watch.ts';

describe('the marks of growing outputs', () => {
  const marksOf = (...sizes: [stdout: number, stderr: number][]) => {
    const marks: [number, number][] = [];
    const note = noteChanges({ stdout: 0, stderr: 0 }, ({ stdout, stderr }: OutputSizes) =>
      marks.push([stdout, stderr]),
    );
    for (const [stdout, stderr] of sizes) note({ stdout, stderr });
    return marks;
  };

  it('stand where one stops and the other goes on', () => {
    assert.deepEqual(marksOf([4, 0], [4, 0], [8, 0], [8, 4], [8, 8], [12, 8]), [
      [8, 0],
      [8, 8],
    ]);
  });

  it('stand at both ends of a stretch in which both grew', () => {
    assert.deepEqual(marksOf([4, 0], [8, 4], [12, 4], [12, 8]), [
      [4, 0],
      [8, 4],
      [12, 4],
    ]);
  });

  it('are none where only one grows', () => {
    assert.deepEqual(marksOf([4, 0], [8, 0], [1_000_000, 0]), []);
    assert.deepEqual(marksOf([0, 4], [0, 8]), []);
  });
});
