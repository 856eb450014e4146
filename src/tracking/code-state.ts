import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { causeText } from '../base/fault.ts';
import { writeWhole } from '../base/files.ts';
import type { CodeState } from '../contract/run-file.ts';
import type { WarningCode } from '../contract/warnings.ts';
import { gitPatch, lookAtRepository } from './git-state.ts';
import { copySources } from './source-copy.ts';
import { cutShort } from './source-files.ts';

/** A launch does not wait longer for the code than this, in milliseconds. */
const patience = 10_000;

export interface CodeCapture {
  state: CodeState;
  warnings: { code: WarningCode; params: Record<string, string | number> }[];
}

/**
 * Records the code of a folder in a run's folder: `code/state.json`, and a patch or a copy. Never fails for the sake of the
 * code: what could not be recorded is a warning.
 */
export async function captureCode(
  folder: string,
  runFolder: string,
  signal: AbortSignal,
  limit = patience,
): Promise<CodeCapture> {
  const slow = AbortSignal.timeout(limit);
  const either = AbortSignal.any([signal, slow]);
  const warnings: CodeCapture['warnings'] = [];
  const attempt = async (take: () => Promise<CodeState>) => {
    try {
      return await take();
    } catch (error) {
      signal.throwIfAborted();
      const problem = slow.aborted ? `it took longer than ${limit / 1000} seconds` : inWords(error);
      warnings.push({ code: 'git-failed', params: { problem } });
      await rm(join(runFolder, 'code'), { recursive: true, force: true });
      return undefined;
    }
  };
  const look = insideRepository(folder) ? lookAtRepository(folder, either) : undefined;
  const head = look && (await attempt(() => look.head));
  const whole = look && head && (await attempt(() => gitPatch(head, look, runFolder, either)));
  const copied = head || slow.aborted ? undefined : await attempt(() => copySources(folder, runFolder, either));
  const state = whole ?? (head && withoutChanges(head)) ?? copied ?? nothing(folder);
  await mkdir(join(runFolder, 'code'), { recursive: true });
  writeWhole(join(runFolder, 'code', 'state.json'), `${JSON.stringify(state, null, 2)}\n`);
  const cut = cutShort(state.omitted);
  if (cut) warnings.push({ code: 'code-too-large', params: cut });
  return { state, warnings };
}

function insideRepository(folder: string): boolean {
  for (let current = resolve(folder); ; current = dirname(current)) {
    if (existsSync(join(current, '.git'))) return true;
    if (dirname(current) === current) return false;
  }
}

function withoutChanges(head: CodeState): CodeState {
  return { ...head, dirty: true, omitted: [{ path: '.', reason: 'the changes could not be recorded' }] };
}

function nothing(root: string): CodeState {
  const empty = { commit: null, branch: null, dirty: false, patch: null, copy: null, omitted: [] };
  return { version: 1, kind: 'none', root, ...empty };
}

const longestProblem = 500;

function inWords(error: unknown): string {
  const text = causeText(error);
  if (text.includes('spawn git ENOENT'))
    return 'the program git was not found on the PATH; source files are copied instead';
  return text.trim().split('\n').slice(0, 3).join(' ').slice(0, longestProblem);
}
