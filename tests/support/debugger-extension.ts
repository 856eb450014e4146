import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { root } from '../../scripts/build.mjs';
import { quiet } from '../../scripts/npm.mjs';

const version = '1.8.22';

/** A folder that is to VS Code what the extension “Python Debugger” is: its id, and the real debugpy where that has it. Made once. */
export async function debuggerExtension(): Promise<string> {
  const folder = join(root, '.tools', `python-debugger-${version}`);
  if (existsSync(folder)) return folder;
  const draft = `${folder}.${process.pid}`;
  const libraries = join(draft, 'bundled', 'libs');
  mkdirSync(join(draft, 'bundled'), { recursive: true });
  const environment = join(draft, 'environment');
  await run('python3', '-m', 'venv', environment);
  const pip = join(environment, 'bin', 'python');
  await run(pip, '-m', 'pip', 'install', '--quiet', '--no-deps', '--target', libraries, `debugpy==${version}`);
  rmSync(environment, { recursive: true });
  const manifest = { name: 'debugpy', publisher: 'ms-python', version: '0.0.1', engines: { vscode: '^1.101.0' } };
  writeFileSync(join(draft, 'package.json'), JSON.stringify(manifest));
  try {
    renameSync(draft, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
    rmSync(draft, { recursive: true });
  }
  return folder;
}

async function run(program: string, ...args: string[]): Promise<void> {
  const { code, output } = await quiet(program, args);
  if (code !== 0) throw new Error(`${[program, ...args].join(' ')} failed:\n${output}`);
}
