import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runTests } from '@vscode/test-electron';
import { bundleTests } from '../tests/support/extension-host.ts';
import { printResult, readResults } from '../tests/support/results.ts';
import { build, root } from './build.mjs';

/** The extension-host suite in a desktop VS Code, which `@vscode/test-electron` downloads. Answers the exit code. */
export async function testDesktop(): Promise<number> {
  await build();
  let failed = 0;
  for (const trust of [false, true]) {
    const scratch = mkdtempSync(join(tmpdir(), 'trainyard-desktop-'));
    const workspace = join(scratch, 'workspace');
    const results = join(scratch, 'results.jsonl');
    cpSync(join(root, 'tests', 'fixtures', 'workspace'), workspace, { recursive: true });
    const tests = await bundleTests(trust ? 'tests/vscode/trust/*.test.ts' : 'tests/vscode/*.test.ts');
    let problem: unknown;
    try {
      await runTests({
        extensionDevelopmentPath: root,
        extensionTestsPath: tests,
        launchArgs: [
          workspace,
          '--disable-extensions',
          `--user-data-dir=${join(scratch, 'data')}`,
          ...(trust ? [] : ['--disable-workspace-trust']),
        ],
        extensionTestsEnv: { TRAINYARD_TEST_RESULTS: results, TRAINYARD_HOME: join(scratch, 'user') },
      });
    } catch (error) {
      problem = error;
    }
    const lines = readResults(results);
    for (const line of lines) printResult(line);
    const failures = lines.filter((line) => line.event === 'fail').length;
    if (failures === 0 && problem) throw problem;
    if (!lines.some((line) => line.event === 'pass')) throw new Error('The suite ran no test.');
    failed += failures;
    rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
  }
  return failed > 0 ? 1 : 0;
}
