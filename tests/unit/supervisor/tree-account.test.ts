import assert from 'node:assert/strict';
import fc from 'fast-check';
import { accountTree, type Entry, type Usage } from '../../../src/supervisor/tree-account.ts';

type Process = Entry & { ended: boolean };

/** Processes as a kernel keeps them: who is waited for goes on in its parent, what others have used is forgotten. */
class Machine {
  readonly used: Usage = { cpuSeconds: 0, readBytes: 0, writtenBytes: 0 };
  private processes = new Map<number, Process>();
  private started = 0;

  constructor() {
    this.add(0);
  }

  private add(parent: number): void {
    const pid = ++this.started;
    const usage = { cpuSeconds: 0, readBytes: 0, writtenBytes: 0, faults: 100, childFaults: 0 };
    this.processes.set(pid, { pid, parent, start: String(pid), ended: false, ...usage });
  }

  private pick(choice: number, fits: (process: Process) => boolean): Process | undefined {
    const fit = [...this.processes.values()].filter(fits);
    return fit[choice % fit.length];
  }

  private reap(process: Process, waited: boolean): void {
    this.processes.delete(process.pid);
    const parent = this.processes.get(process.parent);
    if (!waited || !parent) return;
    parent.cpuSeconds += process.cpuSeconds;
    parent.readBytes += process.readBytes;
    parent.writtenBytes += process.writtenBytes;
    parent.faults += process.faults;
    parent.childFaults += process.faults;
  }

  start(choice: number): void {
    this.add(this.pick(choice, ({ ended }) => !ended)?.pid ?? 0);
  }

  work(choice: number, amount: number, faults: number): void {
    const process = this.pick(choice, ({ ended }) => !ended) as Process;
    for (const target of [process, this.used]) {
      target.cpuSeconds += amount;
      target.readBytes += amount * 10;
      target.writtenBytes += amount * 100;
    }
    process.faults += faults;
  }

  /** Process 1 is the one that looks, and stays. */
  end(choice: number): void {
    const process = this.pick(choice, ({ pid, ended }) => pid !== 1 && !ended);
    if (!process) return;
    process.ended = true;
    for (const child of [...this.processes.values()].filter(({ parent }) => parent === process.pid)) {
      child.parent = 0;
      if (child.ended) this.reap(child, false);
    }
    if (process.parent === 0) this.reap(process, false);
  }

  reapOne(choice: number, waited: boolean): void {
    const process = this.pick(choice, ({ ended }) => ended);
    if (process) this.reap(process, waited);
  }

  /** One without children ends, and its parent waits for it. */
  endAndWait(choice: number): void {
    const parents = new Set([...this.processes.values()].map(({ parent }) => parent));
    const process = this.pick(choice, ({ pid }) => pid !== 1 && !parents.has(pid));
    if (process) this.reap(process, true);
  }

  look(): Entry[] {
    return [...this.processes.values()].map((process) => ({ ...process }));
  }
}

const choice = fc.nat(20);
const start = choice.map((which) => (machine: Machine) => machine.start(which));
const work = fc.tuple(choice, fc.integer({ min: 1, max: 500 }), fc.nat(500)).map(
  ([which, amount, faults]) =>
    (machine: Machine) =>
      machine.work(which, amount, faults),
);
const end = choice.map((which) => (machine: Machine) => machine.end(which));
const reap = fc.tuple(choice, fc.boolean()).map(
  ([which, waited]) =>
    (machine: Machine) =>
      machine.reapOne(which, waited),
);
const endAndWait = choice.map((which) => (machine: Machine) => machine.endAndWait(which));
const looks = fc.array(fc.boolean(), { minLength: 120, maxLength: 120 });

describe('the account of a process tree', () => {
  it('has all, however seldom it looks, where everybody is waited for', () => {
    const steps = fc.array(fc.oneof(start, work, endAndWait), { maxLength: 120 });
    fc.assert(
      fc.property(steps, looks, (actions, looksAfter) => {
        const machine = new Machine();
        const account = accountTree();
        for (const [index, action] of actions.entries()) {
          action(machine);
          if (looksAfter[index]) account.update(machine.look());
        }
        assert.deepEqual(account.update(machine.look()), machine.used);
      }),
    );
  });

  it('has all, whoever ends how, where it looks after every change', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(start, work, end, reap), { maxLength: 120 }), (actions) => {
        const machine = new Machine();
        const account = accountTree();
        for (const action of actions) {
          action(machine);
          assert.deepEqual(account.update(machine.look()), machine.used);
        }
      }),
    );
  });

  it('never has more than was used, and never becomes less', () => {
    const steps = fc.array(fc.oneof(start, work, end, reap, endAndWait), { maxLength: 120 });
    fc.assert(
      fc.property(steps, looks, (actions, looksAfter) => {
        const machine = new Machine();
        const account = accountTree();
        let before = account.update(machine.look());
        for (const [index, action] of actions.entries()) {
          action(machine);
          if (!looksAfter[index]) continue;
          const total = account.update(machine.look());
          for (const key of ['cpuSeconds', 'readBytes', 'writtenBytes'] as const)
            assert.ok(total[key] <= machine.used[key] && total[key] >= before[key], key);
          before = total;
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
