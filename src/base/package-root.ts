import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { systemCode } from './fault.ts';

/** The folder of the product's own package.json: the repository, or the installed extension. */
export function packageRoot(from: string = import.meta.dirname): string {
  for (let folder = from; ; folder = dirname(folder)) {
    if (packageOf(folder)?.name === 'trainyard') return folder;
    if (dirname(folder) === folder) throw new Error(`No package.json of trainyard above ${from}.`);
  }
}

/** The product's own version. */
export function productVersion(): string {
  return packageOf(packageRoot())?.version ?? '0.0.0';
}

function packageOf(folder: string): { name?: string; version?: string } | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || error instanceof SyntaxError) return undefined;
    throw error;
  }
}
