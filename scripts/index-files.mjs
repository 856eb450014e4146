import { readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';

const importOfIndex = /\bimport \{([^}]*)\} from '([^']+\/index\.ts)'/g;
const exportOfFile = /export (?:type )?\{([^}]*)\} from '([^']+)'/g;

/**
 * Lets a bundle see through the `index.ts` of a room: what is imported from there is taken from the file that has it. Otherwise
 * whoever needs one function of a room would load all that the room exports.
 *
 * @returns {import('esbuild').Plugin}
 */
export function seeThroughIndexFiles() {
  /** @type {Map<string, Map<string, string>>} */
  const known = new Map();
  /** @param {string} index */
  const exportsOf = (index) => {
    const found = known.get(index) ?? readExports(index);
    known.set(index, found);
    return found;
  };
  return {
    name: 'see-through-index-files',
    setup(build) {
      build.onLoad({ filter: /[\\/]src[\\/].*\.ts$/ }, ({ path }) => {
        const folder = dirname(path);
        const text = readFileSync(path, 'utf8');
        const contents = text.replaceAll(importOfIndex, (statement, /** @type {string} */ names, from) => {
          const files = exportsOf(join(folder, from));
          const pieces = splitNames(names).map(({ text: asked, name }) => {
            const file = files.get(name);
            return file && `import { ${asked} } from '${pathFrom(folder, file)}'`;
          });
          return pieces.includes(undefined) ? statement : pieces.join('; ');
        });
        return { contents, loader: 'ts' };
      });
    },
  };
}

/**
 * The file of each name that an index exports.
 *
 * @param {string} index
 */
function readExports(index) {
  const text = readFileSync(index, 'utf8');
  const entries = [...text.matchAll(exportOfFile)].flatMap(([, names = '', from = '']) =>
    splitNames(names).map(({ name }) => /** @type {const} */ ([name, join(dirname(index), from)])),
  );
  return new Map(entries);
}

/** @param {string} names as between the braces of an import or an export */
function splitNames(names) {
  const pieces = names.split(',').map((piece) => piece.trim());
  return pieces.filter(Boolean).map((text) => ({ text, name: text.replace(/^type /, '').split(' as ')[0] ?? text }));
}

/**
 * @param {string} folder
 * @param {string} file
 */
function pathFrom(folder, file) {
  const path = relative(folder, file).split(sep).join('/');
  return path.startsWith('.') ? path : `./${path}`;
}
