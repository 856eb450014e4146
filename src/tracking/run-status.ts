import type { RunStatus } from '../contract/run.ts';
import type { ProcessIdentity } from '../contract/supervisor-record.ts';
import type { JournalFacts, SupervisorFacts } from './journal-facts.ts';

/** What can be said of a process here and now; `elsewhere`: it is another machine's. */
export type Liveness = (identity: ProcessIdentity) => 'alive' | 'dead' | 'elsewhere';

export interface RunEvidence {
  supervisor: SupervisorFacts;
  /** In the order of their starts. */
  journals: JournalFacts[];
  /** Microseconds UTC: when run.json was written, when a file grew last, now. */
  created: number;
  touched: number;
  now: number;
  liveness: Liveness;
}

export interface RunEnd {
  status: RunStatus;
  started: number | null;
  ended: number | null;
  exitCode: number | null;
  signal: string | null;
  /** A process that may still write is alive, as far as can be told. */
  writersAlive: boolean;
}

/** A run that was just launched has no process to show yet. */
const startingMicros = 30_000_000;
/** A process of another machine counts as alive while its files grow. */
const silenceMicros = 300_000_000;

/** How a run stands, from what its processes left and from who of them is alive. */
export function runEnd(evidence: RunEvidence): RunEnd {
  const { supervisor, journals } = evidence;
  const { exit } = supervisor;
  const main = mainJournal(journals);
  const alive = (identity: ProcessIdentity | undefined) => identity !== undefined && mayBeAlive(evidence, identity);
  const started = supervisor.started ?? main?.start ?? null;
  const writing = journals.some((journal) => !journal.end && alive(journal.process));
  if (exit) {
    const status = exit.stopped ? 'stopped' : exit.code === 0 && exit.error === null ? 'finished' : 'failed';
    const writersAlive = writing || alive(supervisor.supervisor);
    return { status, started, ended: exit.time, exitCode: exit.code, signal: exit.signal, writersAlive };
  }
  const mainAlive = !main?.end && (alive(supervisor.process) || alive(main?.process));
  if (alive(supervisor.supervisor) || mainAlive || isStarting(evidence)) {
    return { status: 'running', started, ended: null, exitCode: null, signal: null, writersAlive: true };
  }
  return { ...endBySelf(main), started, signal: null, writersAlive: writing };
}

/** The journal of the script that the run is about: the latest, where it was started more than once. */
export function mainJournal(journals: JournalFacts[]): JournalFacts | undefined {
  return journals.findLast((journal) => journal.role === 'main');
}

function mayBeAlive(evidence: RunEvidence, identity: ProcessIdentity): boolean {
  const liveness = evidence.liveness(identity);
  return liveness === 'elsewhere' ? evidence.now - evidence.touched < silenceMicros : liveness === 'alive';
}

function isStarting({ supervisor, journals, created, now }: RunEvidence): boolean {
  const nobody = !supervisor.supervisor && !journals.some((journal) => journal.process);
  return nobody && now - created < startingMicros;
}

function endBySelf(main: JournalFacts | undefined): Pick<RunEnd, 'status' | 'ended' | 'exitCode'> {
  if (!main?.end && !main?.exception) return { status: 'lost', ended: null, exitCode: null };
  const exitCode = main.end?.exitCode ?? null;
  const failed = exitCode === null ? main.exception !== undefined : exitCode !== 0;
  return { status: failed ? 'failed' : 'finished', ended: main.end?.time ?? main.exception?.time ?? null, exitCode };
}
