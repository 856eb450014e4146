import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The packages whose code is in a bundle, as folders relative to the repository.
 *
 * @param {import('esbuild').Metafile} metafile
 * @returns {string[]}
 */
export function packagesIn(metafile) {
  const files = Object.values(metafile.outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? [file] : [])),
  );
  return files.flatMap((file) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1] ?? []);
}

/**
 * What the licences of the packages ask us to hand on.
 *
 * @param {string} root of the repository
 * @param {string[]} packages
 */
export function notices(root, packages) {
  const texts = [...new Set(packages)].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
    const file = readdirSync(join(root, folder)).find((entry) => /^(licen[cs]e|copying)(\.|$)/i.test(entry));
    if (!file) throw new Error(`${name} has no licence file in ${folder}.`);
    return `${name} ${version} (${license})\n\n${readFileSync(join(root, folder, file), 'utf8').trim()}\n`;
  });
  return `Trainyard contains code of these packages.\n\n${texts.join(`\n${'-'.repeat(80)}\n\n`)}`;
}
