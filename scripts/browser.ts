import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { Advice, installApart, quiet } from './npm.mjs';
import { tools } from './vscode-server.ts';

export interface BrowserProgram {
  executablePath: string;
  args: string[];
}

const sparticuz = '153.0.0';

/** These keep a browser from waiting for a network that is not there; as root, Chromium's sandbox does not start. */
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
];

const names = ['google-chrome', 'google-chrome-stable', 'chromium', 'chromium-browser', 'chrome'];

const macPrograms = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** A Chrome or Chromium of this machine, installed where there is none. Environment variable CHROME_PATH names one. */
export async function findBrowser(say: (line: string) => void): Promise<BrowserProgram> {
  const found = installed();
  if (found) return { executablePath: found, args: flags };
  if (process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    say('Installing Chromium (apt-get)');
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    await quiet('apt-get', ['update', '-q'], { env });
    await quiet('apt-get', ['install', '-q', '-y', '--no-install-recommends', 'chromium'], { env });
    const fresh = installed();
    if (fresh) return { executablePath: fresh, args: flags };
  }
  if (process.platform === 'linux' && process.arch === 'x64') return packaged(say);
  throw new Advice(
    'No Chrome or Chromium was found. Install one, or name it with the environment variable CHROME_PATH.',
  );
}

function installed(): string | undefined {
  const named = process.env.CHROME_PATH;
  if (named) return named;
  const onPath = (process.env.PATH ?? '').split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
  const windows = [process.env.PROGRAMFILES, process.env['PROGRAMFILES(X86)'], process.env.LOCALAPPDATA]
    .filter((folder) => folder !== undefined)
    .map((folder) => join(folder, 'Google', 'Chrome', 'Application', 'chrome.exe'));
  const candidates = { darwin: [...macPrograms, ...onPath], win32: windows }[process.platform as string] ?? onPath;
  return candidates.find((path) => existsSync(path));
}

/** Chromium out of the npm registry, for machines where nothing can be installed. */
async function packaged(say: (line: string) => void): Promise<BrowserProgram> {
  const folder = join(tools, `sparticuz-chromium-${sparticuz}`);
  if (!existsSync(folder)) say(`Installing Chromium (@sparticuz/chromium ${sparticuz})`);
  await installApart(folder, [`@sparticuz/chromium@${sparticuz}`]);
  const load = createRequire(join(folder, 'package.json'));
  const loaded: unknown = await import(load.resolve('@sparticuz/chromium'));
  const { default: chromium } = loaded as { default: { executablePath(): Promise<string> } };
  return { executablePath: await chromium.executablePath(), args: flags };
}
