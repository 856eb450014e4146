import { randomBytes } from 'node:crypto';
import { linkSync, lstatSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemCode } from '../base/fault.ts';
import { readIfThere } from '../base/files.ts';
import type { ProcessIdentity } from '../base/identity.ts';
import { parseJson } from '../base/json.ts';
import { identify, liveness } from '../base/process-identity.ts';

const named = /^claim-(\d{1,6})\.json$/;
/** A claim that does not say whose it is may be about to, where there are no hard links. */
const writingMilliseconds = 10_000;

/**
 * Takes a run whose supervisor has gone, so that of several processes only one follows it. Claims are numbered; the one with the
 * highest number counts, as long as its process may be alive.
 *
 * @returns undefined where somebody else has it; else what gives it back
 */
export function claimRun(folder: string): (() => void) | undefined {
  const last = Math.max(0, ...readdirSync(folder).map((name) => Number(named.exec(name)?.[1] ?? 0)));
  if (last > 0 && isHeld(claimPath(folder, last))) return undefined;
  const path = claimPath(folder, last + 1);
  if (!made(path, JSON.stringify(identify()))) return undefined;
  return () => rmSync(path, { force: true });
}

const claimPath = (folder: string, number: number) => join(folder, `claim-${number}.json`);

function isHeld(path: string): boolean {
  const holder = parseJson(readIfThere(path)?.toString('utf8') ?? '');
  if (isIdentity(holder)) return liveness(holder) !== 'dead';
  const made = lstatSync(path, { throwIfNoEntry: false })?.mtimeMs;
  return made !== undefined && Date.now() - made < writingMilliseconds;
}

/** Makes a file with its content, unless there is one. */
function made(path: string, text: string): boolean {
  const draft = `${path}.${randomBytes(4).toString('hex')}.tmp`;
  writeFileSync(draft, text, { flag: 'wx' });
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    return madeWithoutLink(path, text);
  } finally {
    rmSync(draft, { force: true });
  }
}

function madeWithoutLink(path: string, text: string): boolean {
  try {
    writeFileSync(path, text, { flag: 'wx' });
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw error;
  }
}

function isIdentity(value: unknown): value is ProcessIdentity {
  if (typeof value !== 'object' || value === null || !('pid' in value) || !('host' in value)) return false;
  return Number.isInteger(value.pid) && typeof value.host === 'string';
}
