import { basename } from 'node:path';
import type { RunTarget } from '../contract/run-file.ts';

/** What a run runs, as a person would name it. */
export function runTitle(target: RunTarget): string {
  if (target.kind === 'module') return `-m ${target.module}`;
  if (target.kind === 'program') return lastPart(target.argv[0] ?? '');
  return lastPart(target.path);
}

const lastPart = (path: string) => basename(path.replaceAll('\\', '/')) || path;
