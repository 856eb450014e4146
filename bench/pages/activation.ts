import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { build, root } from '../../scripts/build.mjs';
import { startVSCode } from '../../tests/support/vscode.ts';
import { writeStore } from '../run-folders.ts';

export interface ActivationTimes {
  /** Milliseconds that the thread of the extension host worked, from loading the code until activation was done. */
  thread: number[];
  /** The milliseconds that passed meanwhile; the background process starts in them. */
  whole: number[];
  /** Of the window's code as it is shipped. */
  bytes: number;
}

const deadline = 60_000;

/** Activates the extension as it is shipped in the extension host of a real VS Code, in a folder that has runs. */
export async function measureActivation({ windows = 5 } = {}): Promise<ActivationTimes> {
  const top = mkdtempSync(join(tmpdir(), 'trainyard-bench-activation-'));
  try {
    const extension = await shippedExtension(join(top, 'extension'));
    const workspace = join(top, 'workspace');
    writeStore(workspace, { runs: 20, points: 20 });
    const times: ActivationTimes = {
      thread: [],
      whole: [],
      bytes: readFileSync(join(extension, 'dist', 'extension.cjs')).length,
    };
    for (let index = 0; index < windows; index++) {
      const { thread, whole } = await oneWindow(top, workspace, extension, join(top, `answer-${index}.json`));
      times.thread.push(thread);
      times.whole.push(whole);
    }
    return times;
  } finally {
    rmSync(top, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function shippedExtension(folder: string): Promise<string> {
  mkdirSync(folder);
  for (const name of ['package.json', 'package.nls.json', 'l10n', 'media', 'python']) {
    cpSync(join(root, name), join(folder, name), { recursive: true });
  }
  await build({ outdir: join(folder, 'dist'), production: true });
  return folder;
}

async function oneWindow(top: string, workspace: string, extension: string, answer: string) {
  const tests = join(top, 'look.cjs');
  writeFileSync(tests, look(answer));
  const vscode = await startVSCode({ workspace, extension: { development: extension }, tests });
  try {
    for (const start = Date.now(); Date.now() - start < deadline; await sleep(100)) {
      const found = readAnswer(answer);
      if (found) return found;
    }
    throw new Error(`The extension was not activated.\n${vscode.log().slice(-2_000)}`);
  } finally {
    await vscode.stop();
  }
}

function readAnswer(file: string): { thread: number; whole: number } | undefined {
  try {
    const answer = JSON.parse(readFileSync(file, 'utf8')) as { thread: number; whole: number; problem?: string };
    if (answer.problem) throw new Error(answer.problem);
    return answer;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * What runs inside the extension host, before VS Code activates what waits until it has started. Of the activation it counts the
 * samples of a profile in which the extension's code is on the stack: others work on this thread at the same time.
 */
function look(answer: string): string {
  return `
const vscode = require('vscode');
const { renameSync, writeFileSync } = require('node:fs');
const { Session } = require('node:inspector/promises');
exports.run = async () => {
  const extension = vscode.extensions.all.find(({ id }) => id.endsWith('.trainyard'));
  const problem = extension?.isActive === false ? undefined : 'It was active already, or is not there.';
  const found = problem ? { problem } : await activate(extension);
  writeFileSync(${JSON.stringify(`${answer}.new`)}, JSON.stringify(found));
  renameSync(${JSON.stringify(`${answer}.new`)}, ${JSON.stringify(answer)});
};
async function activate(extension) {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: 200 });
  const loading = performance.now();
  require(extension.extensionPath + '/dist/extension.cjs');
  const loaded = performance.now() - loading;
  await session.post('Profiler.start');
  const start = performance.now();
  await extension.activate();
  const whole = performance.now() - start;
  const { profile } = await session.post('Profiler.stop');
  session.disconnect();
  return { thread: loaded + ownTime(profile), whole: loaded + whole };
}
function ownTime({ nodes, samples, timeDeltas }) {
  const own = new Set();
  const mark = (node, inside) => {
    const isOwn = inside || node.callFrame.url.endsWith('dist/extension.cjs');
    if (isOwn) own.add(node.id);
    for (const id of node.children ?? []) mark(byId.get(id), isOwn);
  };
  const byId = new Map(nodes.map((node) => [node.id, node]));
  mark(nodes[0], false);
  return samples.reduce((sum, id, index) => sum + (own.has(id) ? timeDeltas[index] : 0), 0) / 1_000;
}
`;
}
