import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { say } from './bootstrap.mjs';
import { Advice, quiet } from './npm.mjs';
import { installExtension, serve, tools, vscodeServer } from './vscode-server.ts';

/** Serves VS Code with the extension installed until the person ends it with Ctrl-C, or the server ends. */
export async function serveWorkspace(workspace: string, vsix: string): Promise<number> {
  const server = await vscodeServer(say);
  const dataDir = join(tools, 'vscode');
  say('Installing the extension into VS Code’s server');
  await installExtension(server, dataDir, vsix);
  // The folder is a copy that this command has made itself, so that there is nothing to ask about.
  const code = await serve(server, { dataDir, args: ['--disable-workspace-trust'] });
  let asked = false;
  const end = () => {
    asked = true;
    void code.stop();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
  console.log(`\nOpen this in a browser; Ctrl-C ends it.\n\n  ${code.url(workspace)}\n`);
  await code.ended;
  if (!asked) throw new Advice(`VS Code’s server ended by itself:\n${code.output().slice(-4_000)}`);
  return 0;
}

/** Opens a desktop VS Code of this machine, with a profile of its own. */
export async function openDesktop(workspace: string, vsix: string): Promise<number> {
  const code = findCode();
  if (!code) throw new Advice('There is no command “code” on the PATH. Install VS Code, then start again.');
  const profile = join(tools, 'desktop');
  const own = ['--user-data-dir', join(profile, 'data'), '--extensions-dir', join(profile, 'extensions')];
  const windows = process.platform === 'win32';
  const program = windows ? `"${code}"` : code;
  const quote = (args: string[]) => (windows ? args.map((arg) => `"${arg}"`) : args);
  say('Installing the extension into VS Code');
  const installed = await quiet(program, quote([...own, '--install-extension', vsix, '--force']), { shell: windows });
  if (installed.code !== 0) throw new Advice(`VS Code did not install ${vsix}:\n${installed.output}`);
  say('Opening VS Code; this ends when its window is closed');
  const args = quote([...own, '--disable-workspace-trust', '--new-window', '--wait', workspace]);
  const child = spawn(program, args, { stdio: 'ignore', shell: windows });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (exit) => resolve(exit ?? 0));
  });
}

function findCode(): string | undefined {
  const names = process.platform === 'win32' ? ['code.cmd'] : ['code', 'code-insiders', 'codium'];
  return (process.env.PATH ?? '')
    .split(delimiter)
    .flatMap((folder) => names.map((name) => join(folder, name)))
    .find((path) => existsSync(path));
}
