import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { build, root } from './build.mjs';
import { quiet } from './npm.mjs';

/** VS Code's name of each platform, and better-sqlite3's name of its binary for it. */
const binaries = {
  'linux-x64': 'linux-x64',
  'linux-arm64': 'linux-arm64',
  'alpine-x64': 'linuxmusl-x64',
  'alpine-arm64': 'linuxmusl-arm64',
  'darwin-x64': 'darwin-x64',
  'darwin-arm64': 'darwin-arm64',
  'win32-x64': 'win32-x64',
  'win32-arm64': 'win32-arm64',
};
export type Target = keyof typeof binaries;
export const targets = Object.keys(binaries) as Target[];

export function isTarget(name: string): name is Target {
  return Object.hasOwn(binaries, name);
}

/** This machine's platform. */
export function ownTarget(): Target {
  const platform = process.platform === 'linux' && isMusl() ? 'alpine' : process.platform;
  const target = `${platform}-${process.arch}`;
  if (!isTarget(target)) throw new Error(`There is no package for ${target}; there is one for ${targets.join(', ')}.`);
  return target;
}

function isMusl(): boolean {
  const report = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
  return report.header?.glibcVersionRuntime === undefined;
}

/**
 * Packs one VSIX for each target into `outdir`.
 *
 * @returns their paths
 */
export async function pack(wanted: readonly Target[], outdir = join(root, 'out')): Promise<string[]> {
  const stage = join(outdir, `stage-${process.pid}`);
  mkdirSync(stage, { recursive: true });
  try {
    const manifest = stageFiles(stage);
    await build({ outdir: join(stage, 'dist'), production: true });
    const packed: string[] = [];
    for (const target of wanted) {
      stageDriver(stage, target);
      packed.push(await packStage(stage, target, join(outdir, `${manifest.name}-${target}-${manifest.version}.vsix`)));
    }
    return packed;
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}

/** Everything but the bundles. What of it is packed, .vscodeignore says. */
function stageFiles(stage: string): { name: string; version: string } {
  for (const name of ['bin', 'l10n', 'media', 'python', 'CHANGELOG.md', 'LICENSE', 'README.md', '.vscodeignore']) {
    if (existsSync(join(root, name))) cpSync(join(root, name), join(stage, name), { recursive: true });
  }
  for (const name of globSync('package.nls*.json', { cwd: root })) cpSync(join(root, name), join(stage, name));
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  for (const unneeded of ['scripts', 'dependencies', 'devDependencies', 'optionalDependencies'])
    delete manifest[unneeded];
  writeFileSync(join(stage, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  return manifest;
}

/** SQLite's driver, beside the bundles that ask for it, with the binary of one platform. */
function stageDriver(stage: string, target: Target): void {
  const from = join(root, 'node_modules', 'better-sqlite3');
  const to = join(stage, 'dist', 'node_modules', 'better-sqlite3');
  rmSync(to, { recursive: true, force: true });
  const binary = `prebuilds/${binaries[target]}.node`;
  for (const name of ['lib', 'package.json', 'LICENSE', binary]) {
    cpSync(join(from, name), join(to, name), { recursive: true });
  }
}

async function packStage(stage: string, target: Target, vsix: string): Promise<string> {
  const draft = join(stage, basename(vsix));
  const { code, output } = await quiet(
    process.execPath,
    [
      join(root, 'node_modules', '@vscode', 'vsce', 'vsce'),
      ...['package', '--no-dependencies', '--target', target, '--out', draft],
      ...['--allow-missing-repository', '--no-rewrite-relative-links'],
    ],
    { cwd: stage },
  );
  if (code !== 0 || !existsSync(draft)) throw new Error(`vsce did not pack ${basename(vsix)}:\n${output}`);
  renameSync(draft, vsix);
  return vsix;
}

/** Packs for the platforms that the command line names (`--target linux-x64`, several times), else for all. */
export async function packCommand(args: string[], say: (line: string) => void): Promise<number> {
  const named = args.flatMap((arg, at) => (args[at - 1] === '--target' ? [arg] : []));
  const unknown = named.find((name) => !isTarget(name));
  if (unknown || named.length * 2 !== args.length) {
    console.error(
      `Usage: npm run package -- [--target PLATFORM]…, one of ${targets.join(', ')}; all of them without any.`,
    );
    return 2;
  }
  say('Packing');
  const packed = await pack(named.length > 0 ? named.filter(isTarget) : targets);
  for (const path of packed) console.log(`  ${path} (${(statSync(path).size / 1e6).toFixed(1)} MB)`);
  return 0;
}
