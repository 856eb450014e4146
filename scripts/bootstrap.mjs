import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { findNode, isAtLeast, packagedNode } from '../bin/find-node.js';
import { Advice, npm } from './npm.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** What the scripts themselves are written in needs a Node that reads TypeScript. */
const lowestForScripts = [22, 18];
const preferred = [24, 0];

/** One line for each step, so that nobody wonders what takes so long. @param {string} line */
export function say(line) {
  console.log(`• ${line}`);
}

/**
 * Installs the dependencies where they are not those of package-lock.json, then runs `work` under a Node that is new
 * enough: this one, or the script `file` again under the Node that came with the dependencies.
 *
 * @param {string} file
 * @param {() => Promise<number>} work answers the exit code
 */
export async function bootstrap(file, work) {
  try {
    if (!isInstalled()) {
      say('Installing the dependencies (npm ci)');
      await npm(['ci', '--ignore-scripts'], root);
    }
    if (isAtLeast(process.versions.node, preferred)) process.exitCode = await work();
    else {
      const node = packagedNode(root) ?? findNode(root, lowestForScripts);
      if (node && node !== process.execPath) runUnder(node, file);
      else if (isAtLeast(process.versions.node, lowestForScripts)) process.exitCode = await work();
      else {
        throw new Advice(
          `This is Node ${process.versions.node}, and the npm registry has no Node package for ${process.platform}-${process.arch}. Install Node 24 and start again.`,
        );
      }
    }
  } catch (error) {
    console.error(error instanceof Advice ? error.message : error);
    process.exitCode = 1;
  }
}

/** Whether node_modules holds what package-lock.json asks for on this platform. */
function isInstalled() {
  const installed = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(installed)) return false;
  const wanted = readLock(join(root, 'package-lock.json'));
  const found = readLock(installed);
  return Object.entries(wanted).every(([path, { version, optional, os, cpu, libc }]) => {
    if (path === '') return true;
    if (found[path]) return found[path].version === version && existsSync(join(root, path));
    return optional === true && (!suits(os, process.platform) || !suits(cpu, process.arch) || libc !== undefined);
  });
}

/**
 * @typedef {{ version: string, optional?: boolean, os?: string | string[], cpu?: string | string[], libc?: string[] }} LockedPackage
 * @param {string} file
 * @returns {Record<string, LockedPackage>}
 */
function readLock(file) {
  return JSON.parse(readFileSync(file, 'utf8')).packages;
}

/**
 * @param {string | string[] | undefined} names as in package.json; `!name` excludes
 * @param {string} own
 */
function suits(names, own) {
  const list = names === undefined ? [] : [names].flat();
  if (list.includes(`!${own}`)) return false;
  return list.length === 0 || list.includes(own) || list.every((name) => name.startsWith('!'));
}

/**
 * @param {string} node
 * @param {string} file
 */
function runUnder(node, file) {
  const child = spawn(node, [file, ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
  });
  // A terminal sends Ctrl-C to both; this one only waits for the other to put things away.
  process.on('SIGINT', () => {
    if (!process.stdin.isTTY) child.kill('SIGINT');
  });
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.on('error', (error) => {
    console.error(`${node} does not start: ${error.message}`);
    process.exitCode = 1;
  });
  child.on('exit', (code) => {
    process.exitCode = code ?? 1;
  });
}
