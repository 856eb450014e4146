import type { RunDetails } from '../../../src/contract/run.ts';
import { type FakeRun, fakeRun, setMedia, setMetric, started, usedFile } from './fake-run.ts';

/** One pixel. */
const picture = {
  kind: 'image',
  type: 'image/png',
  base64: 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==',
  width: 1,
  height: 1,
} as const;

/** A run in which every part of the page has something to show. */
export function richRun(part: Partial<RunDetails> = {}): FakeRun {
  const run = fakeRun({
    params: { lr: 0.1, batch_size: 64, betas: [0.9, 0.999], note: 'a long value '.repeat(50) },
    tags: { team: 'vision', baseline: '' },
    code: {
      kind: 'git',
      root: '/digits',
      commit: '4f2c9a7be01d3c5566778899aabbccddeeff0011',
      branch: 'wider',
      dirty: true,
      patch: '/digits/patch.diff',
      copy: null,
      omitted: [{ path: 'data/big.bin', reason: 'larger than 1 MB' }],
    },
    packages: { numpy: '2.4.6', torch: '2.9.0' },
    env: { CUDA_VISIBLE_DEVICES: '0' },
    inputs: [
      usedFile('/digits/data/train.parquet', { by: 'pandas.read_parquet', bytes: 734_003_200, sampled: true }),
      usedFile('/digits/data/images', { files: 60_000, by: 'PIL.Image.open' }),
      usedFile('/digits/config.yaml', { changed: true }),
      usedFile('/data/gone.csv', { problem: 'gone', sha256: null }),
    ],
    outputs: [
      usedFile('/digits/model.pkl', { what: 'model', format: 'sklearn', kept: 'artifacts/model.pkl' }),
      usedFile('/digits/plot.png', { what: 'figure', format: 'png', kept: 'artifacts/plot.png', by: null }),
    ],
    artifacts: [
      { name: 'model.pkl', kind: 'model', path: 'artifacts/model.pkl', sha256: 'a3'.repeat(32), bytes: 1_843_321 },
    ],
    note: 'Loss is noisier; try warmup.',
    warnings: [{ time: started, code: 'metric-not-a-number', params: { name: 'val/loss', value: "'high'" } }],
    ...part,
  });
  setMetric(
    run,
    'train/loss',
    Array.from({ length: 2000 }, (_, step) => 2 * Math.exp(-step / 500) + (step % 7) / 50),
  );
  setMetric(run, 'train/grad', [1, Number.NaN, 3]);
  for (const name of ['acc', 'f1', 'recall', 'precision', 'lr', 'speed', 'memory'])
    setMetric(run, name, [0.1, 0.5, 0.7]);
  setMedia(run, 'image', 'samples', [picture, picture]);
  setMedia(run, 'text', 'notes', [{ kind: 'text', text: '# A note', cut: false }]);
  setMedia(run, 'histogram', 'weights', [
    { kind: 'histogram', histogram: { left: [0, 1], right: [1, 2], counts: [4, 2] } },
    { kind: 'histogram', histogram: { left: [0, 1], right: [1, 3], counts: [1, 5] } },
  ]);
  run.output = [
    { stream: 'stdout', text: '\u001b[32mINFO\u001b[0m \u001b[33mepoch\u001b[0m 1 \u001b[90mdone\u001b[0m\n' },
    { stream: 'stderr', text: 'Traceback (most recent call last):\n  File "/digits/train.py", line 88, in <module>\n' },
  ];
  run.patch = 'diff --git a/t.py b/t.py\n--- a/t.py\n+++ b/t.py\n@@ -1,2 +1,2 @@ def f():\n-old\n+new\n same\n';
  return run;
}

export const failedRun: Partial<RunDetails> = {
  status: 'failed',
  exitCode: 1,
  failure: {
    type: 'ValueError',
    message: 'Expected input batch_size (64) to match target batch_size (63).',
    file: 'train.py',
    line: 88,
    traceback:
      'Traceback (most recent call last):\n  File "/digits/train.py", line 88, in main\n    f(x)\nValueError: Expected\n',
    locals: [
      {
        function: 'loss_of',
        file: '/digits/train.py',
        line: 88,
        variables: [
          { name: 'batch', type: 'torch.Tensor', shape: [64, 784], dtype: 'torch.float32' },
          { name: 'rate', type: 'float', value: 0.1 },
          { name: 'labels', type: 'list', length: 63 },
        ],
        omitted: 2,
      },
      {
        function: '<module>',
        file: '/digits/train.py',
        line: 97,
        variables: [{ name: 'name', type: 'str', length: 4, value: 'adam' }],
        omitted: 0,
      },
    ],
  },
};
