import { basename, dirname, isAbsolute, join, relative, sep } from 'node:path';

/** Folders of these names are parts of what stands above them, as Keras makes them. */
const parts = new Set(['train', 'training', 'valid', 'validation', 'val', 'eval', 'evaluation', 'test']);
/** A folder that SummaryWriter.add_hparams makes by itself is named by the time in seconds. */
const momentName = /^\d{9,11}\.\d+$/;

/**
 * Gives each folder of event files what its metrics' names begin with: nothing for the run's own folder, which is the first one
 * seen, and `train/` for a folder of it. Two folders never share a beginning.
 */
export function eventPrefixes(): (folder: string) => string {
  let root: string | undefined;
  const known = new Map<string, string>();
  return (folder) => {
    const asked = momentName.test(basename(folder)) ? dirname(folder) : folder;
    root ??= parts.has(basename(asked)) ? dirname(asked) : asked;
    const found = known.get(asked);
    if (found !== undefined) return found;
    const taken = new Set(known.values());
    const wanted = beginning(root, asked);
    let prefix = wanted;
    for (let number = 2; taken.has(prefix); number++) prefix = `${wanted.slice(0, -1)}-${number}/`;
    known.set(asked, prefix);
    return prefix;
  };
}

function beginning(root: string, folder: string): string {
  const inside = relative(root, folder);
  if (inside === '') return '';
  const below = inside !== '..' && !inside.startsWith(`..${sep}`) && !isAbsolute(inside);
  const way = below
    ? inside
    : parts.has(basename(folder))
      ? join(basename(dirname(folder)), basename(folder))
      : basename(folder);
  return `${way.split(sep).join('/')}/`;
}
