import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import { argv, pid } from 'node:process';
import { fileURLToPath } from 'node:url';
import { build as bundle } from 'esbuild';
import { seeThroughIndexFiles } from './index-files.mjs';
import { notices, packagesIn } from './notices.mjs';

export const root = dirname(import.meta.dirname);

/** Everything that a bundle of the product may need, by the name it is asked for with. */
const bundles = {
  extension: { entry: 'src/extension.ts', out: 'extension.cjs', format: 'cjs', external: ['vscode'] },
  later: { entry: 'src/window/later.ts', out: 'later.cjs', format: 'cjs', external: ['vscode'] },
  backend: { entry: 'src/backend/main.ts', out: 'backend.mjs', format: 'esm', external: ['better-sqlite3'] },
  supervisor: { entry: 'src/supervisor/main.ts', out: 'supervisor.mjs', format: 'esm', external: [] },
  starter: { entry: 'src/tracking/queue/main.ts', out: 'starter.mjs', format: 'esm', external: [] },
  cli: { entry: 'src/cli/main.ts', out: 'cli.mjs', format: 'esm', external: ['better-sqlite3'] },
};

const wasms = [
  'node_modules/web-tree-sitter/web-tree-sitter.wasm',
  'node_modules/tree-sitter-python/tree-sitter-python.wasm',
];

const extensionLimit = 150_000;
const notInExtension = /(^|\/)(zod|simple-git|better-sqlite3|web-tree-sitter|yaml)\//;
const notInSupervisor = /(^|\/)node_modules\//;
const notInStarter = /(^|\/)src\/store\/driver|\.node$/;

/** CommonJS packages inside an ES module ask for Node's own modules through `require`. */
const requireBanner =
  "import { createRequire as createRequireOfBundle } from 'node:module'; const require = createRequireOfBundle(import.meta.url);";

/**
 * @typedef {object} BuildOptions
 * @property {string} [outdir] Where the files go; `dist` in the repository unless given.
 * @property {boolean} [production] Minified, without source maps.
 * @property {(keyof typeof bundles | 'webview')[]} [only] All parts unless given.
 */

/**
 * Builds the product. Files whose content stays the same are left untouched, and the others appear whole, so that a
 * process which starts from the folder meanwhile never reads half a file.
 *
 * @param {BuildOptions} [options]
 */
export async function build(options = {}) {
  const outdir = options.outdir ?? join(root, 'dist');
  const parts = options.only ?? [.../** @type {(keyof typeof bundles)[]} */ (Object.keys(bundles)), 'webview'];
  mkdirSync(outdir, { recursive: true });
  if (parts.includes('backend') || parts.includes('cli')) copyData(outdir);
  if (parts.includes('supervisor'))
    writeIfChanged(join(outdir, 'keeper.sh'), readFileSync(join(root, 'src/supervisor/keeper.sh')));
  const ends = await Promise.allSettled(
    parts.map((part) => (part === 'webview' ? buildPanels(outdir, options) : buildBundle(part, outdir, options))),
  );
  const failures = ends.filter((end) => end.status === 'rejected').map((end) => end.reason.message);
  if (failures.length > 0) throw new Error(failures.join('\n'));
  if (options.only) return;
  const packages = ends.flatMap((end) => (end.status === 'fulfilled' && end.value ? packagesIn(end.value) : []));
  const beside = wasms.map((path) => path.split('/').slice(0, -1).join('/'));
  writeIfChanged(join(outdir, 'NOTICES.txt'), Buffer.from(notices(root, [...packages, ...beside])));
}

/**
 * @param {keyof typeof bundles} name
 * @param {string} outdir
 * @param {BuildOptions} options
 */
async function buildBundle(name, outdir, options) {
  const { entry, out, format, external } = bundles[name];
  const splitting = name === 'cli';
  if (!existsSync(join(root, entry))) throw new Error(`There is no ${entry}, the entry of ${out}.`);
  const result = await bundle({
    ...common(options),
    entryPoints: [join(root, entry)],
    ...(splitting
      ? {
          outdir,
          entryNames: basename(out, '.mjs'),
          chunkNames: `${chunkOf(out)}[hash]`,
          outExtension: { '.js': '.mjs' },
        }
      : { outfile: join(outdir, out) }),
    splitting,
    plugins: [
      ...(splitting || name === 'starter' ? [seeThroughIndexFiles()] : []),
      ...(name === 'extension' ? [loadLater()] : []),
    ],
    format: /** @type {'cjs' | 'esm'} */ (format),
    platform: 'node',
    target: 'node22',
    external,
    ...(format === 'esm' && name !== 'supervisor' ? { banner: { js: requireBanner } } : {}),
  });
  const inputs = Object.keys(result.metafile.inputs);
  if (name === 'extension') {
    refuse(inputs, notInExtension, out, 'it runs on the thread that all extensions share');
    const bytes = result.outputFiles.find((file) => file.path.endsWith(out))?.contents.length ?? 0;
    if (options.production && bytes > extensionLimit) {
      throw new Error(`${out} has ${bytes} bytes; the limit is ${extensionLimit}.`);
    }
  }
  if (name === 'supervisor') refuse(inputs, notInSupervisor, out, 'it must run without npm packages');
  if (name === 'starter') refuse(inputs, notInStarter, out, 'it must run where no SQLite is');
  for (const file of result.outputFiles) writeIfChanged(file.path, file.contents);
  if (splitting) removeOldChunks(outdir, chunkOf(out), new Set(result.outputFiles.map((file) => basename(file.path))));
  return result.metafile;
}

/** What the window needs now and then is no part of what every window loads: `import('./later.ts')` loads the bundle `later`. */
function loadLater() {
  return {
    name: 'load-later',
    /** @param {import('esbuild').PluginBuild} build */
    setup(build) {
      build.onResolve({ filter: /\/later\.ts$/ }, ({ kind }) =>
        kind === 'dynamic-import' ? { path: './later.cjs', external: true } : undefined,
      );
    },
  };
}

/** Chunks lie beside their entry, so that `import.meta.dirname` is the same everywhere. @param {string} out */
function chunkOf(out) {
  return `${basename(out, '.mjs')}-`;
}

const oldMilliseconds = 3_600_000;

/**
 * What was built lately may still be loaded by a process that has begun with it.
 *
 * @param {string} outdir
 * @param {string} prefix
 * @param {Set<string>} current
 */
function removeOldChunks(outdir, prefix, current) {
  for (const name of readdirSync(outdir)) {
    if (!name.startsWith(prefix) || current.has(name)) continue;
    const path = join(outdir, name);
    if (Date.now() - statSync(path).mtimeMs > oldMilliseconds) rmSync(path, { force: true });
  }
}

/**
 * One script and one style sheet for each folder of webview/ that has a main.ts.
 *
 * @param {string} outdir
 * @param {BuildOptions} options
 */
async function buildPanels(outdir, options) {
  const folder = join(root, 'webview');
  const panels = readdirSync(folder).filter((name) => existsSync(join(folder, name, 'main.ts')));
  if (panels.length === 0) throw new Error('There is no webview/*/main.ts.');
  const result = await bundle({
    ...common(options),
    entryPoints: panels.map((name) => ({ in: join(folder, name, 'main.ts'), out: name })),
    outdir: join(outdir, 'webview'),
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
    loader: { '.ttf': 'file', '.svg': 'text' },
    assetNames: '[name]',
    tsconfig: join(folder, 'tsconfig.json'),
  });
  for (const file of result.outputFiles) writeIfChanged(file.path, file.contents);
  return result.metafile;
}

/**
 * @param {BuildOptions} options
 * @returns {{ bundle: true, write: false, metafile: true, minify: boolean, sourcemap: false | 'linked', logLevel: 'silent', legalComments: 'none', absWorkingDir: string, charset: 'utf8' }}
 */
function common(options) {
  return {
    bundle: true,
    write: false,
    metafile: true,
    minify: options.production ?? false,
    sourcemap: options.production ? false : 'linked',
    logLevel: 'silent',
    legalComments: 'none',
    absWorkingDir: root,
    charset: 'utf8',
  };
}

/**
 * @param {string[]} inputs
 * @param {RegExp} forbidden
 * @param {string} out
 * @param {string} reason
 */
function refuse(inputs, forbidden, out, reason) {
  const found = inputs.filter((input) => forbidden.test(input));
  if (found.length > 0) throw new Error(`${out} would carry ${found[0]} (${found.length} such files): ${reason}.`);
}

/** @param {string} outdir */
function copyData(outdir) {
  const migrations = join(root, 'src/store/migrations');
  const names = readdirSync(migrations).filter((name) => name.endsWith('.sql'));
  for (const name of names) writeIfChanged(join(outdir, 'migrations', name), readFileSync(join(migrations, name)));
  const copies = join(outdir, 'migrations');
  for (const name of existsSync(copies) ? readdirSync(copies) : []) {
    if (!names.includes(name)) rmSync(join(copies, name));
  }
  for (const wasm of wasms) writeIfChanged(join(outdir, basename(wasm)), readFileSync(join(root, wasm)));
}

/**
 * @param {string} path
 * @param {Uint8Array} content
 */
function writeIfChanged(path, content) {
  if (existsSync(path) && digest(readFileSync(path)) === digest(content)) return;
  mkdirSync(dirname(path), { recursive: true });
  const draft = `${path}.${pid}.tmp`;
  writeFileSync(draft, content);
  renameSync(draft, path);
}

/** @param {Uint8Array} content */
function digest(content) {
  return createHash('sha256').update(content).digest('hex');
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const started = performance.now();
  try {
    await build({ production: argv.includes('--production') });
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    console.log(`Built ${relative(root, join(root, 'dist'))}${sep} in ${seconds} s.`);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
