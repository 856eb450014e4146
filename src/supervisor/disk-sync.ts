import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../base/fault.ts';

const synced = /^((files|journal|system)-.*\.jsonl|stdout\.log|stderr\.log)$/;

/** Brings what has grown of a run's files to the disk, so that a power cut costs seconds, not hours. */
export function diskSync(folder: string): () => Promise<void> {
  const sizes = new Map<string, number>();
  let running: Promise<void> | undefined;

  const round = async () => {
    for (const name of (await readdir(folder)).filter((entry) => synced.test(entry))) {
      const path = join(folder, name);
      const { size } = await stat(path);
      if (sizes.get(name) === size) continue;
      const file = await open(path, 'r+');
      try {
        await file.datasync();
      } finally {
        await file.close();
      }
      sizes.set(name, size);
    }
  };

  /** A round that is still under way is waited for, not doubled. Files that went away meanwhile are nobody's loss. */
  return () => {
    running ??= round()
      .catch((error: unknown) => {
        if (systemCode(error) !== 'ENOENT') throw error;
      })
      .finally(() => {
        running = undefined;
      });
    return running;
  };
}
