import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { FaultValue } from '../base/fault.ts';
import { isInside } from './run-folder.ts';
import { sealedName } from './sealed/sealed-name.ts';

/** What is said of a journal names it as it was written; where it lies there in its sealed form now, that file is named. */
export function withActualName(store: string, params: Record<string, FaultValue>): Record<string, FaultValue> {
  const { file } = params;
  if (typeof file !== 'string' || !file.endsWith('.jsonl') || !isInside(file)) return params;
  const path = join(store, file);
  return !existsSync(path) && existsSync(sealedName(path)) ? { ...params, file: sealedName(file) } : params;
}
