import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { root } from './build.mjs';
import { Advice, quiet } from './npm.mjs';
import { tools } from './vscode-server.ts';

/** What the tests of `tests/libraries` run with. */
export interface PythonLibraries {
  /** The interpreter of their virtual environment. */
  python: string;
  /** A JSON file: why a requirement could not be had, in pip's words, by its name. */
  missing: string;
}

const windows = process.platform === 'win32';
const systemPython = windows ? 'python' : 'python3';
const folder = join(tools, 'python-libs');
const requirements = join(root, 'tests', 'libraries', 'requirements.txt');
const requiredTorch = join(root, 'tests', 'libraries', 'requirements-torch.txt');
const install = [
  ...['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-compile'],
  // The list names everything that is needed: xgboost would bring 300 MB for graphics cards.
  '--no-deps',
  // Nothing is compiled here. Of these there are no wheels; they are pure Python.
  ...['--only-binary', ':all:', '--no-binary', 'antlr4-python3-runtime,docopt'],
];

/** Installs the pinned libraries into `.tools/python-libs`, where they are not there yet. What cannot be had is left out. */
export async function installPythonLibraries(say: (line: string) => void): Promise<PythonLibraries> {
  const found = { python: pythonOf(folder), missing: join(folder, 'missing.json') };
  const stamp = await wanted();
  const stampFile = join(folder, 'stamp.txt');
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return found;
  say('Installing Python libraries into .tools/python-libs, which takes a minute');
  mkdirSync(tools, { recursive: true });
  const draft = mkdtempSync(`${folder}.`);
  try {
    const made = await quiet(systemPython, ['-m', 'venv', draft], { cwd: tools });
    if (made.code !== 0) {
      throw new Advice(`${systemPython} -m venv failed:\n${made.output.trim()}\nOn Debian, install python3-venv.`);
    }
    const python = pythonOf(draft);
    const missing = Object.assign({}, ...(await Promise.all([installList(python), installTorch(python)])));
    for (const [name, problem] of Object.entries(missing)) say(`${name} cannot be installed: ${problem}`);
    writeFileSync(join(draft, 'missing.json'), JSON.stringify(missing, null, 1));
    writeFileSync(join(draft, 'stamp.txt'), stamp);
    rmSync(folder, { recursive: true, force: true });
    renameSync(draft, folder);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  return found;
}

/** All at once; where that fails, as with another Python than the pins were made for, one by one. */
async function installList(python: string): Promise<Record<string, string>> {
  const together = await quiet(python, [...install, '-r', requirements], { cwd: tools });
  if (together.code === 0) return {};
  const missing: Record<string, string> = {};
  for (const line of readFileSync(requirements, 'utf8').split('\n').filter(Boolean)) {
    const { code, output } = await quiet(python, [...install, line], { cwd: tools });
    if (code !== 0) missing[nameOf(line)] = lastLine(output);
  }
  return missing;
}

/** PyPI's torch for Linux needs gigabytes for graphics cards. There, the one without: from wherever pip looks, or its own index. */
async function installTorch(python: string): Promise<Record<string, string>> {
  const line = readFileSync(requiredTorch, 'utf8').trim();
  const ownIndex = ['--index-url', 'https://download.pytorch.org/whl/cpu', '--retries', '1'];
  const sources = process.platform === 'linux' ? [[`${line}+cpu`], [...ownIndex, line]] : [[line]];
  let problem = '';
  for (const source of sources) {
    const { code, output } = await quiet(python, [...install, ...source], { cwd: tools });
    if (code === 0) return {};
    problem = lastLine(output);
  }
  return { [nameOf(line)]: problem };
}

/** What the installation depends on. */
async function wanted(): Promise<string> {
  const version = await quiet(systemPython, ['-c', 'import sys; print(sys.version, sys.prefix)'], { cwd: root });
  if (version.code !== 0) throw new Advice(`${systemPython} cannot be started: ${version.output.trim()}`);
  const hash = createHash('sha256').update(version.output);
  for (const file of [requirements, requiredTorch]) hash.update(readFileSync(file));
  return hash.digest('hex');
}

const pythonOf = (venv: string) => (windows ? join(venv, 'Scripts', 'python.exe') : join(venv, 'bin', 'python'));
const nameOf = (requirement: string) => requirement.split('==')[0] as string;
const lastLine = (output: string) => output.trim().split('\n').at(-1) ?? '';
