import { existsSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { storeFolderName } from './find-store.ts';

/**
 * The store that a person names: a store folder itself, whatever it is called, or the folder that holds `.trainyard`.
 * It may not exist yet.
 */
export function namedStore(name: string, from: string): string {
  const folder = resolve(from, name);
  const inside = join(folder, storeFolderName);
  if (basename(folder) === storeFolderName) return folder;
  if (!isFolder(inside) && looksLikeStore(folder)) return folder;
  return inside;
}

function looksLikeStore(folder: string): boolean {
  return (
    isFolder(join(folder, 'runs')) && (existsSync(join(folder, 'trainyard.db')) || existsSync(join(folder, 'ops')))
  );
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
