import assert from 'node:assert/strict';
import { parseGpu, parseGpuProcess } from '../../../src/supervisor/nvidia-smi.ts';

const mebi = 2 ** 20;

describe('what nvidia-smi prints', () => {
  it('is read of cards that tell everything, and of those that tell little', () => {
    assert.deepEqual(
      parseGpu('0, GPU-d1a6b37c-0cd5-4a0f-9c0e-1f5c1d3cbb3f, 87, 18307, 20480, 61, 249.55, NVIDIA GeForce RTX 3080'),
      {
        index: 0,
        uuid: 'GPU-d1a6b37c-0cd5-4a0f-9c0e-1f5c1d3cbb3f',
        name: 'NVIDIA GeForce RTX 3080',
        utilization: 87,
        memoryBytes: 18307 * mebi,
        totalBytes: 20480 * mebi,
        temperature: 61,
        power: 249.55,
      },
    );
    const silent = { utilization: null, memoryBytes: null, totalBytes: null, temperature: null, power: null };
    for (const word of ['[N/A]', '[Not Supported]', '[Unknown Error]', '[GPU is lost]', 'N/A', 'ERR!', '']) {
      const line = `11, GPU-1, ${word}, ${word}, ${word}, ${word}, ${word}, GeForce GTX 770, rev. 2`;
      assert.deepEqual(parseGpu(line), { index: 11, uuid: 'GPU-1', name: 'GeForce GTX 770, rev. 2', ...silent });
    }
    const partitioned = parseGpu('0, GPU-2, [N/A], 24576, 24576, 40, [N/A], NVIDIA H100L-2-24C');
    assert.deepEqual(
      [partitioned?.utilization, partitioned?.memoryBytes, partitioned?.power],
      [null, 24576 * mebi, null],
    );
  });

  it('is passed over where it is a message', () => {
    for (const line of [
      '',
      'No devices were found',
      "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Make sure that the latest NVIDIA driver is installed and running.",
      'Failed to initialize NVML: Driver/library version mismatch',
      'Field "power.draw" is not a valid field to query.',
      'Unable to determine the device handle for GPU 0000:02:00.0: Unknown Error',
      'index, uuid, utilization.gpu, memory.used, memory.total, temperature.gpu, power.draw, name',
      '0, GPU-1, 5',
    ])
      assert.equal(parseGpu(line), undefined, line);
  });

  it('is read of the processes on a GPU', () => {
    assert.deepEqual(parseGpuProcess('GPU-d1a6b37c, 1174916, 1012'), {
      uuid: 'GPU-d1a6b37c',
      pid: 1174916,
      memoryBytes: 1012 * mebi,
    });
    for (const line of [
      'GPU-d1a6b37c, 1174916, [N/A]',
      'GPU-d1a6b37c, 1174916, [Insufficient Permissions]',
      'GPU-d1a6b37c, [N/A], 5',
      'No running processes found',
      '[Not Supported]',
      '',
    ])
      assert.equal(parseGpuProcess(line), undefined, line);
  });
});
