import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemCode } from '../src/base/fault.ts';
import { Advice, installApart, npm, outerEnvironment, quiet } from './npm.mjs';

const root = dirname(import.meta.dirname);
export const tools = join(root, '.tools');

/** code-server carries a whole VS Code in the npm registry, where machines without the way to Microsoft's servers can get it. */
const version = '4.139.1';

/** Where VS Code's server is, installed first where it is not. Environment variable TRAINYARD_VSCODE_SERVER names another one. */
export async function vscodeServer(say: (line: string) => void): Promise<string> {
  const named = process.env.TRAINYARD_VSCODE_SERVER;
  if (named) return named;
  if (process.platform === 'win32') throw new Advice('VS Code’s server does not run on Windows.');
  const folder = join(tools, `code-server-${version}`);
  const server = (of: string) => join(of, 'node_modules', 'code-server', 'lib', 'vscode');
  if (!existsSync(folder)) {
    say(`Installing VS Code’s server (code-server ${version}, some 800 MB on disk)`);
    await installApart(folder, [`code-server@${version}`], async (draft) => {
      await npm(['install', '--omit=dev', '--ignore-scripts'], server(draft));
      await npm(['install', '--omit=dev', '--ignore-scripts'], join(server(draft), 'extensions'));
    });
  }
  return server(folder);
}

export async function installExtension(server: string, dataDir: string, vsix: string): Promise<void> {
  const { code, output } = await quiet(
    process.execPath,
    [
      main(server),
      '--install-extension',
      vsix,
      '--force',
      '--accept-server-license-terms',
      '--server-data-dir',
      dataDir,
    ],
    { env: serverEnvironment() },
  );
  if (code !== 0 || !output.includes('was successfully installed')) {
    throw new Error(`VS Code did not install ${vsix}:\n${output}`);
  }
}

export interface ServeOptions {
  /** Everything that VS Code keeps: extensions, settings, state. */
  dataDir: string;
  settings?: Record<string, unknown>;
  args?: string[];
  env?: Record<string, string>;
}

export interface VSCodeServer {
  port: number;
  token: string;
  /** The address of a window. `payload` goes to the workbench, as VS Code's own test tools do it. */
  url(workspace: string, payload?: [string, string][]): string;
  /** What the server said so far. */
  output(): string;
  ended: Promise<void>;
  stop(): Promise<void>;
}

const calm = {
  'chat.disableAIFeatures': true,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'git.openRepositoryInParentFolders': 'never',
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
};

/** Serves VS Code on a free port of the loopback interface, with a random token. */
export async function serve(server: string, options: ServeOptions): Promise<VSCodeServer> {
  const token = randomBytes(16).toString('hex');
  mkdirSync(options.dataDir, { recursive: true });
  const tokenFile = join(options.dataDir, 'token');
  writeFileSync(tokenFile, token, { mode: 0o600 });
  const settings = JSON.stringify({ ...calm, ...options.settings }, null, 2);
  mkdirSync(join(options.dataDir, 'data', 'User'), { recursive: true });
  writeFileSync(join(options.dataDir, 'data', 'User', 'settings.json'), settings);
  const child = spawn(
    process.execPath,
    [
      main(server),
      ...['--host', '127.0.0.1', '--port', '0', '--connection-token-file', tokenFile],
      ...['--accept-server-license-terms', '--disable-telemetry', '--server-data-dir', options.dataDir],
      ...(options.args ?? []),
    ],
    { stdio: ['ignore', 'pipe', 'pipe'], detached: true, env: { ...serverEnvironment(), ...options.env } },
  );
  let output = '';
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const port = await new Promise<number>((resolve, reject) => {
    const take = (text: string) => {
      output += text;
      const found = /Extension host agent listening on (\d+)/.exec(output);
      if (found) resolve(Number(found[1]));
    };
    child.stdout.setEncoding('utf8').on('data', take);
    child.stderr.setEncoding('utf8').on('data', take);
    child.once('error', reject);
    ended.then(() => reject(new Error(`VS Code’s server ended at once:\n${output}`)));
  });
  return {
    port,
    token,
    url(workspace, payload) {
      const address = new URL(`http://127.0.0.1:${port}/`);
      address.searchParams.set('tkn', token);
      address.searchParams.set(workspace.endsWith('.code-workspace') ? 'workspace' : 'folder', workspace);
      if (payload) address.searchParams.set('payload', JSON.stringify(payload));
      return address.href;
    },
    output: () => output,
    ended,
    stop: () => stop(child, ended),
  };
}

/** Asks the server to end, then ends whatever is left of its processes. What has left its group, such as runs, goes on. */
async function stop(child: ChildProcess, ended: Promise<void>): Promise<void> {
  child.kill('SIGTERM');
  const graceMilliseconds = 5_000;
  const late = new AbortController();
  await Promise.race([ended, sleep(graceMilliseconds, undefined, { signal: late.signal }).catch(() => undefined)]);
  late.abort();
  killGroup(child);
  await ended;
  child.stdout?.destroy();
  child.stderr?.destroy();
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if (systemCode(error) !== 'ESRCH') throw error;
  }
}

function main(server: string): string {
  return join(server, 'out', 'server-main.js');
}

/** A VS Code that starts inside another one's terminal must not take itself for a part of it. */
function serverEnvironment(): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(outerEnvironment()).filter(
      ([name]) => !/^(VSCODE_|ELECTRON_)/.test(name) && name !== 'NODE_OPTIONS',
    ),
  );
}
