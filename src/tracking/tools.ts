import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { systemCode } from '../base/fault.ts';
import { makeFolders, readIfThere, writeWhole } from '../base/files.ts';
import { packageRoot } from '../base/package-root.ts';
import { starterFile } from '../base/queue-folders.ts';
import { userFolder } from '../base/user-folder.ts';
import { markUsed, pruneTools } from './prune-tools.ts';

type Content = Map<string, Buffer>;

const source = /\.py$/;

/**
 * Copies the supervisor, the starter and the Python side to the user's own folder, under the hash of what they are, so that an update
 * of the product does not pull them away from runs that go on. What is there already is checked, and mended where it differs.
 *
 * @returns the folder with `supervisor.mjs`, `keeper.sh`, `starter.mjs` and `python/`
 */
export function installTools(): string {
  const content = toolsContent();
  const tools = join(userFolder(), 'tools');
  const folder = join(tools, hashOf(content));
  if (!markUsed(folder) || !same(folder, content)) {
    copy(content, tools, folder);
    markUsed(folder);
    // Where the command line keeps what Node has compiled of it.
    makeFolders(join(userFolder(), 'compiled'), 0o700);
  }
  pruneTools(folder);
  return folder;
}

function toolsContent(): Content {
  const root = packageRoot();
  const content: Content = new Map();
  for (const name of ['supervisor.mjs', 'keeper.sh', starterFile])
    content.set(name, readFileSync(join(root, 'dist', name)));
  const python = join(root, 'python');
  for (const entry of readdirSync(python, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name);
    if (!entry.isFile() || !source.test(file)) continue;
    content.set(join('python', file.slice(python.length + 1)), readFileSync(file));
  }
  // What Python loads first must not be compiled beside its source: a full disk cuts such a file short, and Python believes it.
  for (const folder of ['hook', 'trainyard']) content.set(join('python', folder, '__pycache__'), Buffer.alloc(0));
  return content;
}

function hashOf(content: Content): string {
  const hash = createHash('sha256');
  for (const [name, bytes] of [...content].sort(([a], [b]) => (a < b ? -1 : 1))) {
    hash.update(`${name.replaceAll('\\', '/')}\0${bytes.length}\0`).update(bytes);
  }
  return hash.digest('hex').slice(0, 16);
}

function same(folder: string, content: Content): boolean {
  return [...content].every(([name, bytes]) => readIfThere(join(folder, name))?.equals(bytes) ?? false);
}

function copy(content: Content, tools: string, folder: string): void {
  const draft = join(tools, `.${randomBytes(6).toString('hex')}`);
  makeFolders(draft, 0o700);
  try {
    for (const [name, bytes] of content) writeWhole(join(draft, name), bytes);
    renameSync(draft, folder);
  } catch (error) {
    if (!taken.has(systemCode(error) ?? '')) throw error;
    for (const [name, bytes] of content) {
      if (!readIfThere(join(folder, name))?.equals(bytes)) writeWhole(join(folder, name), bytes);
    }
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/** What a rename over a folder that is already there fails with, by platform. */
const taken = new Set(['EEXIST', 'ENOTEMPTY', 'EPERM', 'EACCES']);
