import { cpSync, existsSync, globSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { build as bundle } from 'esbuild';
import { build, root } from '../../scripts/build.mjs';
import { debuggerExtension } from './debugger-extension.ts';
import { type ResultLine, readResults } from './results.ts';
import { startVSCode } from './vscode.ts';

export interface ExtensionHostSuite {
  /** Test files, relative to the repository, or a glob of them. */
  files: string;
  /** With workspace trust on, the window is not trusted. */
  trust: boolean;
  /** Where the results go, line by line. */
  results: string;
  grep?: string;
  /** A picture of the window at the end. */
  screenshot?: string;
}

const suiteDeadline = 15 * 60_000;
const silenceDeadline = 5 * 60_000;

/** Runs test files inside the extension host of a real VS Code, in a fresh copy of `tests/fixtures/workspace`. */
export async function runInExtensionHost(suite: ExtensionHostSuite, say: (line: ResultLine) => void): Promise<void> {
  await build();
  const tests = await bundleTests(suite.files);
  const workspace = join(mkdtempSync(join(tmpdir(), 'trainyard-workspace-')), 'workspace');
  const fixture = join(root, 'tests', 'fixtures', 'workspace');
  if (existsSync(fixture)) cpSync(fixture, workspace, { recursive: true });
  mkdirSync(workspace, { recursive: true });
  rmSync(suite.results, { force: true });
  const vscode = await startVSCode({
    workspace,
    extension: { development: root },
    others: [
      ...['python', 'python-envs'].map((name) => join(root, 'tests', 'fixtures', 'extensions', name)),
      await debuggerExtension(),
    ],
    tests,
    trust: suite.trust,
    settings: { 'security.workspace.trust.startupPrompt': 'never' },
    env: { TRAINYARD_TEST_RESULTS: suite.results, ...(suite.grep ? { TRAINYARD_TEST_GREP: suite.grep } : {}) },
  });
  try {
    await follow(suite.results, say);
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : error}\n${vscode.log().slice(-8_000)}`);
  } finally {
    if (suite.screenshot) await vscode.page.screenshot({ path: suite.screenshot });
    await vscode.stop();
    rmSync(dirname(tests), { recursive: true, force: true });
    rmSync(dirname(workspace), { recursive: true, force: true, maxRetries: 5 });
  }
}

/** One CommonJS module with every test file in it; `vscode` and mocha come from where it runs. */
export async function bundleTests(files: string): Promise<string> {
  const names = globSync(files, { cwd: root }).sort();
  if (names.length === 0) throw new Error(`No test file matches ${files}.`);
  const out = join(root, 'out', 'vscode', `${process.pid}`, 'index.cjs');
  const entries = names.map((name) => `${JSON.stringify(name)}: () => require(${JSON.stringify(`./${name}`)}),`);
  await bundle({
    stdin: {
      contents: `import { runSuites } from './tests/support/extension-host-entry.ts';
export const run = () => runSuites({ ${entries.join('\n')} });`,
      resolveDir: root,
      sourcefile: 'tests.ts',
    },
    outfile: out,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node22',
    external: ['vscode', 'mocha'],
    sourcemap: 'inline',
    absWorkingDir: root,
    logLevel: 'silent',
  });
  return out;
}

/** Hands on every result as it comes; throws when nothing comes any more. */
async function follow(file: string, say: (line: ResultLine) => void): Promise<void> {
  const started = Date.now();
  let heard = started;
  let seen = 0;
  for (;;) {
    const lines = readResults(file);
    for (const line of lines.slice(seen)) {
      heard = Date.now();
      say(line);
      if (line.event === 'end') return;
    }
    seen = lines.length;
    if (Date.now() - started > suiteDeadline) throw new Error('The suite took too long.');
    if (Date.now() - heard > silenceDeadline)
      throw new Error('Nothing was heard from the extension host for too long.');
    await sleep(200);
  }
}
