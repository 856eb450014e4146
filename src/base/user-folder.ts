import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { env, platform } from 'node:process';

/** Where this user's own key and the copied tools are kept, outside every workspace. It may not exist yet. */
export function userFolder(): string {
  if (env.TRAINYARD_HOME) return resolve(env.TRAINYARD_HOME);
  if (platform === 'win32') return join(env.LOCALAPPDATA || join(homedir(), 'AppData', 'Local'), 'Trainyard');
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Trainyard');
  return join(env.XDG_DATA_HOME || join(homedir(), '.local', 'share'), 'trainyard');
}
