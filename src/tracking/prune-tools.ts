import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, join, sep } from 'node:path';
import process from 'node:process';
import { systemCode } from '../base/fault.ts';
import { lookAt } from '../base/files.ts';
import { readProcFolder, readProcText } from '../base/process-list.ts';
import { safeHostName } from '../base/safe-host-name.ts';

const day = 86_400_000;
/** Milliseconds. A window of an earlier version may stay open for long, and start runs. */
const quiet = 30 * day;
/** The user folder may be shared by machines whose processes are not seen here. */
const quietElsewhere = 365 * day;

const toolsName = /^[0-9a-f]{16}$/;
const draftName = /^\.[0-9a-f]{12}$/;
const markName = /^used-/;
const lookedFile = 'looked';

/**
 * Notes that a folder of tools is used from now on, before anything of it is looked at, so that none is taken away meanwhile. Answers
 * whether there is such a folder.
 */
export function markUsed(folder: string): boolean {
  try {
    touch(join(folder, ownMark()));
    return true;
  } catch (error) {
    // Where nothing can be written, nothing is removed either.
    if (systemCode(error) === undefined) throw error;
    return existsSync(folder);
  }
}

/**
 * Removes folders of tools that no process of this machine works with and that nobody has used for a month, and what copies left
 * behind that were broken off. Looks once a day.
 *
 * @param folder the tools of this version, which stay
 */
export function pruneTools(folder: string, now = Date.now()): void {
  const tools = join(folder, '..');
  const looked = join(folder, lookedFile);
  if (now - (lookAt(looked)?.mtimeMs ?? 0) < day) return;
  try {
    const names = readdirSync(tools);
    const drafts = names.filter((name) => draftName.test(name) && now - changed(join(tools, name)) > day);
    for (const name of drafts) rmSync(join(tools, name), { recursive: true, force: true });
    const others = names.filter((name) => toolsName.test(name) && name !== basename(folder));
    const unused = others.filter((name) => isQuiet(join(tools, name), now));
    const used = unused.length > 0 ? usedByProcesses() : '';
    for (const name of unused) if (used !== undefined && !used.includes(join('tools', name))) remove(tools, name, now);
    touch(looked, now);
  } catch (error) {
    // What stays costs some space, and is looked at again: no run fails for it.
    if (systemCode(error) === undefined) throw error;
  }
}

function isQuiet(folder: string, now: number): boolean {
  const marks = readdirSync(folder).filter((name) => markName.test(name));
  if (marks.length === 0) return now - changed(folder) > quiet;
  return marks.every((name) => now - changed(join(folder, name)) > (name === ownMark() ? quiet : quietElsewhere));
}

/** Whoever began to use the folder before it got another name has left a mark: then it goes back to its place. */
function remove(tools: string, name: string, now: number): void {
  const draft = join(tools, `.${randomBytes(6).toString('hex')}`);
  renameSync(join(tools, name), draft);
  if (!isQuiet(draft, now)) renameSync(draft, join(tools, name));
  else rmSync(draft, { recursive: true, force: true });
}

/** The command lines and environments of all processes that this user may look at; undefined where the system does not tell. */
function usedByProcesses(): string | undefined {
  if (process.platform === 'win32') return undefined;
  if (process.platform !== 'linux') {
    return execFileSync('ps', ['-A', '-E', '-ww', '-o', 'command='], { encoding: 'utf8', maxBuffer: 1 << 28 });
  }
  const pids = readProcFolder('/proc').filter((name) => /^\d+$/.test(name));
  const texts = ['cmdline', 'environ'].flatMap((file) => pids.map((pid) => readProcText(`/proc/${pid}/${file}`)));
  return texts.filter((text) => text?.includes(`tools${sep}`)).join('\n');
}

const ownMark = () => `used-${safeHostName(hostname())}`;

const changed = (path: string) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();

function touch(file: string, time = Date.now()): void {
  try {
    utimesSync(file, time / 1000, time / 1000);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
    writeFileSync(file, '');
  }
}
