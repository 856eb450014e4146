/** How a script is meant to end, and what a person who saw it would say. */
export interface Plan {
  name: string;
  /** Python, run at the end. */
  lines: string;
  outcome: Outcome;
}

export interface Outcome {
  status: string;
  exitCode: number | null;
  signal: string | null;
}

export const plans: readonly Plan[] = [
  { name: 'finish', lines: 'pass', outcome: { status: 'finished', exitCode: 0, signal: null } },
  { name: 'code 3', lines: 'sys.exit(3)', outcome: { status: 'failed', exitCode: 3, signal: null } },
  { name: 'exception', lines: 'raise ValueError("bad")', outcome: { status: 'failed', exitCode: 1, signal: null } },
  { name: 'code 143', lines: 'os._exit(143)', outcome: { status: 'failed', exitCode: 143, signal: null } },
  {
    name: 'SIGTERM',
    lines: 'os.kill(os.getpid(), signal.SIGTERM)',
    outcome: { status: 'failed', exitCode: null, signal: 'SIGTERM' },
  },
];

/** Its ledger says so when it is about to end: from there on, nobody can say what comes first, its end or a signal. */
export const ending = 'ending';

/**
 * Logs points as fast as it can afford, and writes each step into a ledger of its own as soon as the call has returned. Where it
 * is told to, a child does the same beside it under another name.
 *
 * Arguments: ledger, seconds, plan, whether there is a child.
 */
export const script = `
import os, signal, sys, time
import trainyard

ledger = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
end = time.monotonic() + float(sys.argv[2])
name = "loss"
child = sys.argv[4] == "child" and os.fork() == 0
if child:
    name = "child"
step = 0
while time.monotonic() < end:
    trainyard.log({name: 1 / (step + 1)}, step=step)
    os.write(ledger, b"%s %d\\n" % (name.encode(), step))
    step += 1
    time.sleep(0.002)
if child:
    os._exit(0)
os.write(ledger, b"${ending}\\n")
plan = sys.argv[3]
${plans.map(({ name, lines }) => `if plan == ${JSON.stringify(name)}: ${lines}`).join('\n')}
`;

export interface Ledger {
  /** Acknowledged steps by the metric's name. */
  steps: Map<string, number[]>;
  /** The script had come to its end. */
  ended: boolean;
}

export function readLedger(text: string): Ledger {
  const steps = new Map<string, number[]>();
  const lines = text.split('\n').slice(0, -1);
  for (const line of lines) {
    const [name = '', step] = line.split(' ');
    if (step !== undefined) steps.set(name, [...(steps.get(name) ?? []), Number(step)]);
  }
  return { steps, ended: lines.includes(ending) };
}
