import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { opendir } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../base/fault.ts';
import { isEventFileName } from './event-file-name.ts';

const mostDescriptors = 2_000;

/** Linux: the event files that a process has open to write. */
export function openEventFiles(pid: number): string[] {
  return descriptorsOf(pid).flatMap((descriptor) => {
    const path = orNothing(() => readlinkSync(`/proc/${pid}/fd/${descriptor}`));
    return path?.startsWith('/') && isEventFileName(path) && isWriting(pid, descriptor) ? [path] : [];
  });
}

/** Linux: the folder that a process is in. */
export function folderOfProcess(pid: number): string | undefined {
  return orNothing(() => readlinkSync(`/proc/${pid}/cwd`));
}

function descriptorsOf(pid: number): string[] {
  return orNothing(() => readdirSync(`/proc/${pid}/fd`))?.slice(0, mostDescriptors) ?? [];
}

function isWriting(pid: number, descriptor: string): boolean {
  const text = orNothing(() => readFileSync(`/proc/${pid}/fdinfo/${descriptor}`, 'utf8'));
  const flags = /^flags:\s*([0-7]+)/m.exec(text ?? '')?.[1];
  return flags !== undefined && (Number.parseInt(flags, 8) & 0o3) !== 0;
}

/** The answer of the system, or nothing where the process is gone or not ours to see. */
function orNothing<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch {
    return undefined;
  }
}

export interface WalkLimits {
  /** Entries that are looked at, in all. */
  entries: number;
  depth: number;
  milliseconds: number;
}

/** Of one folder only so many entries are looked at: a folder of data may hold millions. */
const mostInFolder = 5_000;
/** They hold no files but what the system tells of itself. */
const systemFolders = ['/proc', '/sys', '/dev'];
const passedBy = new Set(['node_modules', '__pycache__', 'site-packages']);

/**
 * The event files in some folders and below, those near the top first. Links are not followed; hidden folders, Python
 * environments and the folder `except` are passed by.
 */
export async function walkForEventFiles(
  roots: readonly string[],
  except: string,
  limits: WalkLimits,
): Promise<string[]> {
  const found: string[] = [];
  const end = performance.now() + limits.milliseconds;
  const seen = new Set([except, ...systemFolders]);
  let level = [...roots];
  let left = limits.entries;
  for (let depth = 0; depth <= limits.depth && level.length > 0; depth++) {
    const next: string[] = [];
    for (const folder of level) {
      if (left <= 0 || performance.now() > end) return found;
      if (seen.has(folder)) continue;
      seen.add(folder);
      const content = await listFolder(folder, Math.min(left, mostInFolder));
      left -= content.entries;
      found.push(...content.files);
      next.push(...content.folders);
    }
    level = next;
  }
  return found;
}

async function listFolder(folder: string, most: number) {
  const content = { entries: 0, files: [] as string[], folders: [] as string[] };
  try {
    for await (const entry of await opendir(folder, { bufferSize: 256 })) {
      if (++content.entries >= most) break;
      if (entry.name === 'pyvenv.cfg') return { ...content, files: [], folders: [] };
      if (entry.isFile() && isEventFileName(entry.name)) content.files.push(join(folder, entry.name));
      else if (entry.isDirectory() && !entry.name.startsWith('.') && !passedBy.has(entry.name)) {
        content.folders.push(join(folder, entry.name));
      }
    }
  } catch (error) {
    // Folders come and go while a script works, and some are not for this user to read.
    if (systemCode(error) === undefined) throw error;
  }
  return content;
}
