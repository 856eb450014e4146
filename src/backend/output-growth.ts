import { statSync } from 'node:fs';
import { join } from 'node:path';

/** Finds out which of some runs have printed since the last time they were asked about. */
export function outputGrowth(store: string): (runs: string[]) => string[] {
  let seen = new Map<string, number>();
  return (runs) => {
    const now = new Map(runs.map((run) => [run, printed(join(store, 'runs', run))]));
    const grown = runs.filter((run) => now.get(run) !== (seen.get(run) ?? 0));
    seen = now;
    return grown;
  };
}

function printed(directory: string): number {
  const sizes = ['stdout.log', 'stderr.log'].map(
    (name) => statSync(join(directory, name), { throwIfNoEntry: false })?.size ?? 0,
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
