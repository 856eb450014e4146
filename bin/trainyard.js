#!/usr/bin/env node
import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { findNode, isAtLeast, lowestNode } from './find-node.js';

const self = fileURLToPath(import.meta.url);
const root = dirname(dirname(self));
const cli = join(root, 'dist', 'cli.mjs');

if (!existsSync(cli)) {
  giveUp('not-built', `Trainyard is not built: there is no ${cli}.`, 'Run “npm start -- --no-serve” in its folder.');
} else if (isAtLeast(process.versions.node, lowestNode)) {
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
