import { createHash } from 'node:crypto';
import {
  appendFileSync,
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from './build.mjs';
import { Advice, quiet } from './npm.mjs';
import { tools } from './vscode-server.ts';

/**
 * A copy of the sample workspace to work in, with a git repository of its own. A copy of the same content is used again
 * as it is, with its runs and whatever was changed in it; another content gets another folder.
 */
export async function sampleWorkspace(): Promise<string> {
  const from = join(root, 'examples', 'credit');
  const place = join(tools, `sample-${digest(from)}`);
  if (!existsSync(place)) {
    mkdirSync(tools, { recursive: true });
    const draft = mkdtempSync(`${place}.`);
    const copy = join(draft, 'credit');
    cpSync(from, copy, { recursive: true, filter: (path) => !/(^|[\\/])(\.venv|__pycache__|\.trainyard)$/.test(path) });
    await git(copy, 'init', '--quiet');
    appendFileSync(join(copy, '.git', 'info', 'exclude'), '.venv/\n__pycache__/\n');
    await git(copy, 'add', '--all');
    const author = [
      '-c',
      'user.name=Trainyard',
      '-c',
      'user.email=sample@trainyard.invalid',
      '-c',
      'commit.gpgsign=false',
    ];
    await git(copy, ...author, 'commit', '--quiet', '--no-verify', '-m', 'The sample workspace');
    renameSync(draft, place);
  }
  return join(place, 'credit');
}

async function git(cwd: string, ...args: string[]): Promise<void> {
  const { code, output } = await quiet('git', args, { cwd });
  if (code === null) throw new Advice('git was not found. Install git and start again.');
  if (code !== 0) throw new Advice(`git ${args.join(' ')} failed in ${cwd}:\n${output}`);
}

function digest(folder: string): string {
  const hash = createHash('sha256');
  for (const name of globSync('**/*', { cwd: folder, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/(\.venv|__pycache__|\.trainyard)/.test(entry.parentPath))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()) {
    hash.update(name.slice(dirname(folder).length)).update(readFileSync(name));
  }
  return hash.digest('hex').slice(0, 8);
}
