import { basename, extname } from 'node:path';

const extensions = new Set(
  (
    '.py .pyi .pyx .pxd .ipynb .yaml .yml .json .jsonnet .toml .cfg .ini .conf .sh .bash .ps1 .bat .r .rmd .jl .sql .md .rst .txt ' +
    '.c .cc .cpp .h .hpp .cu .cuh .rs .go .java .scala .js .mjs .ts .tex .proto .gin .j2 .lock'
  ).split(' '),
);
const names = new Set([
  'makefile',
  'dockerfile',
  'snakefile',
  'justfile',
  'procfile',
  'license',
  '.gitattributes',
  '.gitmodules',
]);

/** Whether a file is code or settings, as its name tells, rather than data or results. */
export function isSource(path: string): boolean {
  return extensions.has(extname(path).toLowerCase()) || names.has(basename(path).toLowerCase());
}

export interface Omission {
  path: string;
  reason: string;
}

const limitWords = 'more than ';

/** The reason for leaving out what goes beyond a limit of all files together. */
export function moreThan(limit: string): string {
  return limitWords + limit;
}

/** The limit that cut the state of the code short, and how many files it has cost; undefined where all fitted in. */
export function cutShort(omitted: Omission[]): { limit: string; omitted: number } | undefined {
  const cut = omitted.filter(({ reason }) => reason.startsWith(limitWords));
  return cut[0] && { limit: cut[0].reason.slice(limitWords.length), omitted: cut.length };
}

const mostOmissions = 1_000;

/** Keeps a list of what is left out readable. */
export function shortened(omitted: Omission[]): Omission[] {
  if (omitted.length <= mostOmissions) return omitted;
  const more = omitted.length - mostOmissions;
  return [...omitted.slice(0, mostOmissions), { path: '…', reason: `${more} more` }];
}
