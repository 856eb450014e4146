import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Playground } from './cli.ts';
import { until } from './until.ts';

const entry = join(import.meta.dirname, '../../bin/trainyard.js');

const helper = `
import fcntl, os, pty, select, struct, sys, termios
pid, terminal = pty.fork()
if pid == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 40, int(sys.argv[1]), 0, 0))
    os.execv(sys.argv[2], sys.argv[2:])
typed = [0]
while True:
    ready, _, _ = select.select([terminal] + typed, [], [])
    if 0 in ready:
        data = os.read(0, 4096)
        if data: os.write(terminal, data)
        else: typed = []
    if terminal in ready:
        try: data = os.read(terminal, 4096)
        except OSError: break
        if not data: break
        os.write(1, data)
status = os.waitpid(pid, 0)[1]
sys.exit(os.WEXITSTATUS(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status))
`;

export interface Terminal {
  /** All that has appeared so far. */
  screen(): string;
  type(text: string): void;
  /** Waits until it has appeared. */
  shows(what: string | RegExp): Promise<void>;
  ended: Promise<number | null>;
}

/** Runs `trainyard` in a terminal (a pty) that is `width` columns wide. */
export function inTerminal(here: Playground, args: string[], { width = 100, env = {} } = {}): Terminal {
  const child = spawn('python3', ['-c', helper, String(width), process.execPath, entry, ...args], {
    cwd: here.folder,
    env: { ...here.environment, TERM: 'xterm-256color', ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (data: string) => {
    text += data;
  });
  return {
    screen: () => text,
    type: (keys) => child.stdin.write(keys),
    async shows(what) {
      const there = () => (typeof what === 'string' ? text.includes(what) : what.test(text));
      await until(`${what} on the screen, which shows ${JSON.stringify(text.slice(-2000))}`, there);
    },
    ended: new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    }),
  };
}
