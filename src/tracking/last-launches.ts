import { dirname, relative, resolve, sep } from 'node:path';
import { runFile, runTarget } from '../contract/run-file.ts';
import { newestByTarget, type Store } from '../store/index.ts';
import { withoutSecrets } from './run-secrets.ts';

/**
 * When each script and notebook was run last, and with what arguments but the secret ones, by its path in `folder` with forward
 * slashes.
 */
export function lastLaunches(store: Store, folder: string): Map<string, { time: number; args: string[] }> {
  const launches = new Map<string, { time: number; args: string[] }>();
  for (const { target, asked, created } of newestByTarget(store.db)) {
    const parsed = runTarget.safeParse(JSON.parse(target));
    const args = runFile.shape.args.safeParse(asked === null ? undefined : JSON.parse(asked).args);
    if (!parsed.success || !args.success || !('path' in parsed.data)) continue;
    const path = relative(folder, resolve(dirname(store.folder), parsed.data.path));
    launches.set(path.split(sep).join('/'), { time: created, args: withoutSecrets(args.data) });
  }
  return launches;
}
