import type { ProcessIdentity } from '../base/identity.ts';
import type { KeptEnd } from '../base/keeper-log.ts';
import type { RunStatus } from '../contract/run.ts';
import type { JournalFacts, SupervisorFacts } from './journal-facts.ts';
import type { OuterEnd } from './outer-end.ts';

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
  /** How the keeper of its script saw it end. */
  kept?: KeptEnd | undefined;
  /** How the process ended in which it was opened, where a run around it tells. */
  outer?: OuterEnd | undefined;
  /** Of a run that was queued: whether it is still there, never started. Absent: it was not queued. */
  queue?: 'waits' | 'left';
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

const dayMicros = 86_400_000_000;

/** How a run stands, from what its processes left and from who of them is alive. */
export function runEnd(evidence: RunEvidence): RunEnd {
  const { supervisor, journals } = evidence;
  const main = mainJournal(journals);
  const exit = isResumed(supervisor, main) ? undefined : supervisor.exit;
  const alive = (identity: ProcessIdentity | undefined) => identity !== undefined && mayBeAlive(evidence, identity);
  const started = supervisor.started ?? main?.start ?? null;
  const writing = journals.some((journal) => mayStillWrite(evidence, journal));
  if (exit && (exit.stopped || !exit.unseen)) {
    const status = exit.stopped ? 'stopped' : exit.code === 0 && exit.error === null ? 'finished' : 'failed';
    const writersAlive =
      writing || alive(supervisor.supervisor) || mayBeAdopted(evidence, exit.unfinished && exit.time);
    return { status, started, ended: exit.time, exitCode: exit.code, signal: exit.signal, writersAlive };
  }
  const kept = exit || alive(supervisor.supervisor) ? undefined : evidence.kept;
  if (kept) {
    const status = supervisor.stopping ? 'stopped' : kept.code === 0 ? 'finished' : 'failed';
    const writersAlive = writing || mayBeAdopted(evidence, kept.time);
    return { status, started, ended: kept.time, exitCode: kept.code, signal: kept.signal, writersAlive };
  }
  const isKept = alive(supervisor.keeper);
  const mainAlive = isKept || (!main?.end && (alive(supervisor.process) || alive(main?.process)));
  const isAttended = !exit && (alive(supervisor.supervisor) || mainAlive);
  if (evidence.queue === 'waits' && !isAttended) {
    return { status: 'queued', started: null, ended: null, exitCode: null, signal: null, writersAlive: true };
  }
  const { outer } = evidence;
  if (outer && !outer.goesOn && !isAttended) {
    const status = outer.stopped ? 'stopped' : outer.code === 0 ? 'finished' : 'failed';
    const { code: exitCode, signal, time: ended } = outer;
    return { status, started, ended, exitCode, signal, writersAlive: writing };
  }
  if (isAttended || outer || isStarting(evidence)) {
    return { status: 'running', started, ended: null, exitCode: null, signal: null, writersAlive: true };
  }
  const end = { ...endBySelf(main, supervisor.supervisor !== undefined), started, signal: null };
  return { ...end, ended: exit?.time ?? end.ended, writersAlive: writing || alive(supervisor.supervisor) };
}

/** Whether a supervisor may come that does what is left to do of a run which ended at a time. */
function mayBeAdopted({ now }: RunEvidence, ended: number | false | undefined): boolean {
  return typeof ended === 'number' && Math.abs(now - ended) < dayMicros;
}

/** Whether a script went on with the run after its supervisor had seen it end. */
function isResumed({ exit }: SupervisorFacts, main: JournalFacts | undefined): boolean {
  return exit !== undefined && main?.resumed === true && (main.start ?? 0) > exit.time;
}

/**
 * The journal of the script that the run is about: the latest, where it was started more than once. One that lost its first
 * record, so that nobody knows whose it is, where there is no other.
 */
export function mainJournal(journals: JournalFacts[]): JournalFacts | undefined {
  const main = journals.findLast((journal) => journal.role === 'main');
  return main ?? journals.findLast((journal) => journal.role === undefined && !journal.leftOut);
}

function mayBeAlive(evidence: RunEvidence, identity: ProcessIdentity): boolean {
  const liveness = evidence.liveness(identity);
  if (liveness !== 'elsewhere') return liveness === 'alive';
  // Another machine's clock may be ahead, by hours where it takes another zone's time for its own, and not by years.
  const silence = evidence.now - evidence.touched;
  return silence < silenceMicros && silence > -dayMicros;
}

/** A thread may log after its process's end was written down, as long as the process is seen alive. */
function mayStillWrite(evidence: RunEvidence, { process, end }: JournalFacts): boolean {
  if (!process) return false;
  return end ? evidence.liveness(process) === 'alive' : mayBeAlive(evidence, process);
}

function isStarting({ supervisor, journals, created, now, queue }: RunEvidence): boolean {
  if (queue) return false;
  const nobody = !supervisor.supervisor && !journals.some((journal) => journal.process);
  return nobody && Math.abs(now - created) < startingMicros;
}

/**
 * The end that the script itself told of. It cannot see what was given to sys.exit: under a supervisor, whose place it was to
 * see that, a script that just reached its end may have succeeded or failed.
 */
function endBySelf(main: JournalFacts | undefined, supervised: boolean): Pick<RunEnd, 'status' | 'ended' | 'exitCode'> {
  const ended = main?.end?.time ?? main?.exception?.time ?? null;
  const exitCode = main?.end?.exitCode ?? null;
  if (exitCode !== null) return { status: exitCode === 0 ? 'finished' : 'failed', ended, exitCode };
  if (main?.exception) return { status: 'failed', ended, exitCode };
  return { status: main?.end && !supervised ? 'finished' : 'lost', ended, exitCode };
}
