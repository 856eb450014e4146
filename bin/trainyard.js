#!/usr/bin/env node
import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { findNode, isAtLeast, lowestNode, packagedNode } from './find-node.js';

const self = fileURLToPath(import.meta.url);
const root = dirname(dirname(self));
const cli = join(root, 'dist', 'cli.mjs');
/** The oldest Node under which a run can be started, though the store does not open. */
const lowestToRun = [20, 12];

if (!existsSync(cli)) {
  giveUp('not-built', `Trainyard is not built: there is no ${cli}.`, 'Run “npm start -- --no-serve” in its folder.');
} else if (isAtLeast(process.versions.node, lowestNode)) {
  await import(pathToFileURL(cli).href);
} else if (isAtLeast(process.versions.node, lowestToRun) && needsNoIndex(process.argv.slice(2))) {
  // To start one Node after the other would take longer than all that a run needs of this one.
  const newer = process.env.TRAINYARD_NODE || packagedNode(root);
  if (newer) process.env.TRAINYARD_NODE = newer;
  await import(pathToFileURL(cli).href);
} else {
  const node = findNode(root);
  if (node) runUnder(node);
  else {
    giveUp(
      'node-too-old',
      `Trainyard needs Node ${lowestNode.join('.')} or newer; this is ${process.versions.node}, and no newer one was found.`,
      'Install Node 24 or VS Code.',
    );
  }
}

/**
 * A run is started from files alone; only its JSON document comes from the index.
 *
 * @param {string[]} args
 */
function needsNoIndex(args) {
  const end = args.indexOf('--');
  return (
    args[0] === '--version' || (args[0] === 'run' && !args.slice(0, end === -1 ? args.length : end).includes('--json'))
  );
}

/** @param {string} node */
function runUnder(node) {
  const child = spawn(node, [self, ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
  });
  // A terminal sends Ctrl-C to the child as well; passed on, it would arrive twice.
  process.on('SIGINT', () => {
    if (!hasTerminal()) child.kill('SIGINT');
  });
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  process.on('SIGHUP', () => child.kill('SIGHUP'));
  child.on('error', (error) => giveUp('start-failed', `${node} does not start: ${error.message}`, 'Install Node 24.'));
  child.on('exit', (code, signal) => {
    if (!signal) return process.exit(code ?? 1);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

function hasTerminal() {
  if (process.platform === 'win32') return true;
  try {
    closeSync(openSync('/dev/tty', 'r'));
    return true;
  } catch {
    return false;
  }
}

/**
 * @param {string} code
 * @param {string} message
 * @param {string} hint
 */
function giveUp(code, message, hint) {
  const own = process.argv.slice(2);
  const end = own.indexOf('--');
  if (own.slice(0, end === -1 ? own.length : end).includes('--json'))
    console.log(JSON.stringify({ error: { code, message, hint } }));
  else console.error(`${message} ${hint}`);
  process.exitCode = 4;
}
