import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A git repository in a temporary folder, without anything of this machine's own git settings. */
export interface Repository {
  top: string;
  folder: string;
  git(...args: string[]): string;
  file(name: string, content: string | Uint8Array): string;
  commit(): string;
  remove(): void;
}

const settings = { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null', LC_ALL: 'C' };
const identity = ['-c', 'user.name=A', '-c', 'user.email=a@example.org', '-c', 'commit.gpgsign=false'];

export function repository(): Repository {
  const top = realpathSync(mkdtempSync(join(tmpdir(), 'trainyard-git-')));
  const folder = join(top, 'project');
  mkdirSync(folder);
  const here: Repository = {
    top,
    folder,
    git: (...args) => gitIn(folder, ...args),
    file(name, content) {
      const path = join(folder, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, content);
      return path;
    },
    commit() {
      here.git('add', '-A');
      here.git('commit', '-q', '--allow-empty', '-m', 'commit');
      return here.git('rev-parse', 'HEAD').trim();
    },
    remove: () => rmSync(top, { recursive: true, force: true }),
  };
  here.git('init', '-q', '-b', 'main');
  return here;
}

export function gitIn(folder: string, ...args: string[]): string {
  return execFileSync('git', [...identity, ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Every file below a folder with its content, links and modes told apart; git's own files left out. */
export function snapshot(folder: string): Record<string, string> {
  const files: Record<string, string> = {};
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true, encoding: 'utf8' })) {
    const path = join(entry.parentPath, entry.name);
    const name = path.slice(folder.length + 1);
    if (/(^|\/)(\.git|\.trainyard)(\/|$)/.test(name) || entry.isDirectory()) continue;
    if (entry.isSymbolicLink()) files[name] = `link ${readlinkSync(path)}`;
    else files[name] = `${(lstatSync(path).mode & 0o100).toString(8)} ${readFileSync(path).toString('base64')}`;
  }
  return files;
}

/** The bytes of everything that git keeps for itself: taking the state of the code must not change one. */
export function gitFiles(folder: string): Record<string, string> {
  const copy = `${folder}.git-copy`;
  rmSync(copy, { recursive: true, force: true });
  if (!existsSync(join(folder, '.git', 'HEAD'))) return {};
  cpSync(join(folder, '.git'), copy, { recursive: true });
  const files: Record<string, string> = {};
  for (const entry of readdirSync(copy, { recursive: true, withFileTypes: true, encoding: 'utf8' })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    files[path.slice(copy.length + 1)] = readFileSync(path).toString('base64');
  }
  rmSync(copy, { recursive: true });
  return files;
}
