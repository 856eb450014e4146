import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';

/** What a person has to read and act on; its stack says nothing. */
export class Advice extends Error {}

/**
 * Runs npm without showing its chatter; all of it is in the error when it fails.
 *
 * @param {string[]} args
 * @param {string} cwd
 * @returns {Promise<void>}
 */
export async function npm(args, cwd) {
  const own = process.env.npm_execpath;
  const [program, prefix] = own?.endsWith('.js') && existsSync(own) ? [process.execPath, [own]] : ['npm', []];
  const all = [...prefix, ...args, '--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error'];
  const { code, output } = await quiet(program, all, {
    cwd,
    env: outerEnvironment(),
    shell: process.platform === 'win32' && program === 'npm',
  });
  if (code !== 0) {
    const shown = output.trim().split('\n').slice(0, 40).join('\n');
    throw new Advice(
      `npm ${args.join(' ')} failed in ${cwd}:\n${shown}\nCheck the network and the npm registry, then start again.`,
    );
  }
}

/**
 * Installs pinned packages into a folder of their own. The folder appears whole or not at all, so that two of us at once
 * do no harm and a broken-off installation is not mistaken for one.
 *
 * @param {string} folder
 * @param {string[]} packages with exact versions
 * @param {(draft: string) => Promise<void>} [finish] what else has to be there
 * @returns {Promise<void>}
 */
export async function installApart(folder, packages, finish) {
  if (existsSync(folder)) return;
  const parent = dirname(folder);
  mkdirSync(parent, { recursive: true });
  const draft = mkdtempSync(`${folder}.`);
  try {
    writeFileSync(join(draft, 'package.json'), '{ "private": true }\n');
    await npm(['install', '--ignore-scripts', '--save-exact', ...packages], draft);
    await finish?.(draft);
    if (!existsSync(folder)) renameSync(draft, folder);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/**
 * @param {string} program
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 * @returns {Promise<{ code: number | null, output: string, stdout: string }>} `code` is null where it could not be started
 */
export function quiet(program, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let stdout = '';
    child.stdout?.setEncoding('utf8').on('data', (text) => {
      output += text;
      stdout += text;
    });
    child.stderr?.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
    child.on('error', (error) => resolve({ code: null, output: output + error.message, stdout }));
    child.on('close', (code, signal) => resolve({ code: signal ? 128 : code, output, stdout }));
  });
}

/** The environment without what `npm run` puts there about its own package, which would mislead an npm in another folder. */
export function outerEnvironment() {
  const own =
    /^npm_(package_|lifecycle_|command$|config_local_prefix$|config_prefix$|execpath$|node_execpath$)|^INIT_CWD$/i;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !own.test(name)));
}
