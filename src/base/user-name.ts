import { userInfo } from 'node:os';
import process from 'node:process';

/** Who runs this; in a container the system may not know its own user, and then the environment is asked. */
export function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return process.env.USER || process.env.USERNAME || String(process.getuid?.() ?? '');
  }
}
