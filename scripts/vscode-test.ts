import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { argv } from 'node:process';
import { parseArgs } from 'node:util';
import { runInExtensionHost } from '../tests/support/extension-host.ts';
import { root } from './build.mjs';

/** `node scripts/vscode-test.ts [FILE or GLOB] [--grep TEXT] [--trust] [--screenshot FILE]`: some tests of the window, fast. */
const { values, positionals } = parseArgs({
  args: argv.slice(2),
  allowPositionals: true,
  options: { grep: { type: 'string' }, trust: { type: 'boolean', default: false }, screenshot: { type: 'string' } },
});
const results = join(root, 'out', 'results', `vscode-${process.pid}.jsonl`);
mkdirSync(join(root, 'out', 'results'), { recursive: true });
await runInExtensionHost(
  {
    files: positionals[0] ?? (values.trust ? 'tests/vscode/trust/*.test.ts' : 'tests/vscode/*.test.ts'),
    trust: values.trust,
    results,
    ...(values.grep ? { grep: values.grep } : {}),
    ...(values.screenshot ? { screenshot: values.screenshot } : {}),
  },
  (line) => {
    if (line.event === 'pass') console.log(`  ✔ ${line.title} (${line.milliseconds} ms)`);
    if (line.event === 'skip') console.log(`  - ${line.title}: ${line.reason}`);
    if (line.event === 'fail') {
      console.log(`  ✘ ${line.title}\n${line.error}`);
      process.exitCode = 1;
    }
  },
);
