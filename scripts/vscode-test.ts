import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { argv } from 'node:process';
import { parseArgs } from 'node:util';
import { runInExtensionHost } from '../tests/support/extension-host.ts';
import { endLeftovers, testsVariable } from '../tests/support/leftovers.ts';
import { printResult } from '../tests/support/results.ts';

/** `node scripts/vscode-test.ts [FILE or GLOB] [--grep TEXT] [--trust] [--screenshot FILE]`: some tests of the window, fast. */
const { values, positionals } = parseArgs({
  args: argv.slice(2),
  allowPositionals: true,
  options: { grep: { type: 'string' }, trust: { type: 'boolean', default: false }, screenshot: { type: 'string' } },
});
const scratch = mkdtempSync(join(tmpdir(), 'trainyard-test-'));
process.env[testsVariable] = scratch;
process.on('exit', () => {
  endLeftovers(scratch);
  rmSync(scratch, { recursive: true, force: true });
});
await runInExtensionHost(
  {
    files: positionals[0] ?? (values.trust ? 'tests/vscode/trust/*.test.ts' : 'tests/vscode/*.test.ts'),
    trust: values.trust,
    results: join(scratch, 'results.jsonl'),
    ...(values.grep ? { grep: values.grep } : {}),
    ...(values.screenshot ? { screenshot: values.screenshot } : {}),
  },
  (line) => {
    printResult(line);
    if (line.event === 'fail') process.exitCode = 1;
  },
);
