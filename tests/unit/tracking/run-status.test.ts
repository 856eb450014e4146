import assert from 'node:assert/strict';
import type { JournalFacts, SupervisorFacts } from '../../../src/tracking/journal-facts.ts';
import { runEnd } from '../../../src/tracking/run-status.ts';

const now = 1e15;
const minute = 60_000_000;
const identity = (pid: number, host = 'here') => ({ host, boot: 'b', pid, procStart: '1' });

/** How a run stands whose processes with the pids `alive` are alive; those of another host cannot be seen. */
function end(supervisor: SupervisorFacts, journals: JournalFacts[], alive: number[] = [], age = 10 * minute) {
  return runEnd({
    supervisor,
    journals,
    created: now - age,
    touched: now - age,
    now,
    liveness: ({ host, pid }) => (host !== 'here' ? 'elsewhere' : alive.includes(pid) ? 'alive' : 'dead'),
  });
}

const exit = { time: 5, code: 0, signal: null, stopped: false, error: null };
const supervisor = { supervisor: identity(1), process: identity(2), started: 3 };
const main: JournalFacts = { process: identity(2), role: 'main', start: 4 };
const exception = { time: 9, type: 'E', message: '', file: null, line: null, traceback: '' };
const ended = (exitCode: number | null) => ({ time: 8, exitCode, peakMemoryBytes: null, cpuSeconds: null });

describe('the status of a run', () => {
  it('is what the supervisor saw at the end', () => {
    assert.equal(end({ ...supervisor, exit }, [main]).status, 'finished');
    assert.equal(end({ ...supervisor, exit: { ...exit, code: 3 } }, [main]).status, 'failed');
    assert.equal(end({ ...supervisor, exit: { ...exit, code: null, signal: 'SIGKILL' } }, []).status, 'failed');
    assert.equal(end({ ...supervisor, exit: { ...exit, code: null, error: 'ENOENT' } }, []).status, 'failed');
    assert.equal(
      end({ ...supervisor, exit: { ...exit, code: null, signal: 'SIGTERM', stopped: true } }, []).status,
      'stopped',
    );
    assert.equal(end({ ...supervisor, exit }, [{ ...main, exception }]).status, 'finished', 'a caught exit');
    const { started, ended: time, exitCode } = end({ ...supervisor, exit: { ...exit, code: 3 } }, []);
    assert.deepEqual([started, time, exitCode], [3, 5, 3]);
  });

  it('is running while the supervisor or the script is alive', () => {
    assert.equal(end(supervisor, [], [1]).status, 'running');
    assert.equal(end(supervisor, [], [2]).status, 'running', 'the supervisor was killed');
    assert.equal(end({}, [main], [2]).status, 'running', 'nobody supervises it');
    assert.equal(end({}, [{ ...main, process: identity(7), role: 'child' }], [7]).status, 'lost');
  });

  it('is running for a moment before any process has shown itself', () => {
    assert.equal(end({}, [], [], 1000).status, 'running');
    assert.equal(end({}, [], [], 2 * minute).status, 'lost');
  });

  it('is not held up by a clock that was set', () => {
    const year = 365 * 24 * 60 * minute;
    assert.equal(end({}, [], [], -2 * minute).status, 'lost', 'made in what is the future now');
    const away = { supervisor: identity(1, 'there') };
    assert.equal(end(away, [], [], -5 * 60 * minute).status, 'running', 'its clock is five hours ahead');
    assert.equal(end(away, [], [], -year).status, 'lost');
    assert.equal(end(away, [], [], 10 * minute).status, 'lost');
  });

  it('is what the script says of itself where nobody saw the end', () => {
    assert.equal(end({}, [{ ...main, end: ended(0) }]).status, 'finished');
    assert.equal(end({}, [{ ...main, end: ended(2) }]).status, 'failed');
    assert.equal(end({}, [{ ...main, end: ended(null), exception }]).status, 'failed');
    assert.equal(end({}, [{ ...main, end: ended(0), exception }]).status, 'finished');
    assert.equal(end({}, [{ ...main, exception }]).status, 'failed');
    assert.equal(end({}, [{ ...main, end: ended(null) }]).status, 'finished');
    assert.equal(
      end(supervisor, [{ ...main, end: ended(null) }]).status,
      'lost',
      'it cannot see what sys.exit was given',
    );
    assert.equal(end(supervisor, [{ ...main, end: ended(null), exception }]).status, 'failed');
    assert.equal(end(supervisor, [main]).status, 'lost');
    assert.deepEqual(end({}, [{ ...main, end: ended(2) }], [2]).exitCode, 2, 'alive for a moment after its end');
  });

  it('follows the last of several main processes', () => {
    const second: JournalFacts = { process: identity(3), role: 'main', start: 9, end: ended(0) };
    assert.equal(end({}, [{ ...main, end: ended(1) }, second]).status, 'finished');
  });

  it('of another machine is running while its files grow', () => {
    const away = { supervisor: identity(1, 'there') };
    assert.equal(end(away, [], [], minute).status, 'running');
    assert.equal(end(away, [], [], 10 * minute).status, 'lost');
  });

  it('is not the last word while a process may still write', () => {
    assert.equal(end({ ...supervisor, exit }, [main], [2]).writersAlive, true);
    assert.equal(end({ ...supervisor, exit }, [{ ...main, end: ended(0) }], [2]).writersAlive, true);
    assert.equal(end({ ...supervisor, exit }, [{ ...main, end: ended(0) }]).writersAlive, false);
    const rank = { process: identity(5, 'there'), role: 'child' as const };
    assert.equal(end({ ...supervisor, exit }, [rank], [], minute).writersAlive, true);
    assert.equal(end({ ...supervisor, exit }, [{ ...rank, end: ended(0) }], [], minute).writersAlive, false);
  });
});
