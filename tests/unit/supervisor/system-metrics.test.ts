import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { platform } from 'node:process';
import { systemMetric } from '../../../src/contract/system-metrics.ts';
import { skipBecause } from '../../support/skip.ts';
import { integral, type ReadSystem, readSystem, type SystemSeries } from '../../support/system-journal.ts';
import { type ExitRecord, exitOf, type Yard, yard } from '../../support/yard.ts';

/** What a script says of itself and of the children that it waited for, in the system's own words. */
interface Account {
  cpu: number;
  /** The most memory that it has held. */
  memory: number;
  read: number;
  written: number;
}

const prelude = [
  'import json, os, resource, sys, tempfile, time',
  'def busy(seconds):',
  '    end = time.process_time() + seconds',
  '    while time.process_time() < end: sum(range(1000))',
  'def write(size, drop=False):',
  '    with tempfile.NamedTemporaryFile(dir="/var/tmp") as file:',
  '        file.write(os.urandom(size)); file.flush(); os.fsync(file.fileno())',
  '        if not drop: return',
  '        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)',
  '        file.seek(0); file.read()',
  'def field(path, name):',
  '    return int(next(line for line in open(path) if line.startswith(name + ":")).split()[1])',
  // Waits until so many more samples of the run are written.
  'def samples():',
  '    folder = os.environ["TRAINYARD_RUN_DIR"]',
  '    names = [name for name in os.listdir(folder) if name.startswith("system-")]',
  '    return sum(open(os.path.join(folder, name)).read().count("\\x1e[") for name in names)',
  'def sampled(count):',
  '    least = samples() + count',
  '    while samples() < least: time.sleep(0.05)',
  // Nothing comes after its account, so that there is nothing that it could not know.
  'def finish():',
  '    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]',
  '    print(json.dumps({"cpu": sum(usage.ru_utime + usage.ru_stime for usage in usages),',
  '        "memory": field("/proc/self/status", "VmHWM") * 1024,',
  '        "read": field("/proc/self/io", "read_bytes"), "written": field("/proc/self/io", "write_bytes")}))',
  '    sys.stdout.flush()',
  '    os._exit(0)',
];

const mega = 1e6;
/** Seconds of the processor that a process takes to end, after its own account, and what the system's clock ticks round. */
const toEnd = 0.07;

function near(what: string, seen: number | null | undefined, own: number, slack: number): void {
  assert.ok(typeof seen === 'number', `${what} is missing`);
  assert.ok(Math.abs(seen - own) <= own * 0.05 + slack, `${what}: ${seen}, the script says ${own}`);
}

const last = (series: SystemSeries | undefined) => series?.values.at(-1);

describe('what a run uses, measured from outside', () => {
  let here: Yard;
  before(function () {
    if (platform !== 'linux') skipBecause(this, 'only Linux tells a process what it has read and written itself');
  });
  beforeEach(() => {
    here = yard();
  });
  afterEach(() => here.remove());

  const measure = async (lines: string[]) => {
    const { directory, run } = await here.python([...prelude, ...lines]);
    const exit = await exitOf(directory, 60);
    assert.equal(exit.code, 0, readFileSync(join(directory, 'stderr.log'), 'utf8'));
    const own = JSON.parse(readFileSync(join(directory, 'stdout.log'), 'utf8')) as Account;
    const system = readSystem(directory);
    assert.deepEqual([system.open.run, system.open.role], [run, 'supervisor']);
    assert.equal(readFileSync(join(directory, 'supervisor.log'), 'utf8'), '');
    return { exit, own, system };
  };

  /** Totals, the end's figures and the curves must all say what the script itself says. */
  const agrees = ({ exit, own, system }: { exit: ExitRecord; own: Account; system: ReadSystem }) => {
    const { series } = system;
    near('CPU seconds', exit.cpuSeconds, own.cpu, toEnd);
    near('bytes read', exit.diskReadBytes, own.read, 50_000);
    near('bytes written', exit.diskWrittenBytes, own.written, 50_000);
    near('the total of CPU seconds', last(series['cpu/total']), own.cpu, toEnd);
    near('the total of bytes read', last(series['disk/read/total']), own.read, 50_000);
    near('the total of bytes written', last(series['disk/written/total']), own.written, 50_000);
    assert.ok(series.cpu && series['disk/read'] && series['disk/written']);
    near('the curve of CPU', integral(series.cpu) / 100, exit.cpuSeconds as number, 0.001);
    near('the curve of reading', integral(series['disk/read']), exit.diskReadBytes as number, 100);
    near('the curve of writing', integral(series['disk/written']), exit.diskWrittenBytes as number, 100);
  };

  it('is what one busy script says of itself', async () => {
    const seen = await measure([
      'block = bytearray(os.urandom(1 << 20)) * 150',
      'for _ in range(4): busy(0.3); write(5_000_000, drop=True)',
      'sampled(2)',
      'finish()',
    ]);
    assert.ok(seen.own.cpu > 1 && seen.own.read > 15 * mega && seen.own.written > 19 * mega);
    agrees(seen);
    near('the peak of memory', seen.exit.peakMemoryBytes, seen.own.memory, 0);
    near('the curve of memory', Math.max(...(seen.system.series.memory?.values ?? [])), seen.own.memory, 0);
    assert.ok(seen.system.samples >= 2);
  });

  it('is what several workers and their parent say together', async () => {
    const seen = await measure([
      'import multiprocessing',
      'def work(number):',
      '    busy(0.4); write(3_000_000, drop=True)',
      'if __name__ == "__main__":',
      '    with multiprocessing.Pool(3) as pool:',
      '        pool.map(work, range(6)); pool.close(); pool.join()',
      '    finish()',
    ]);
    assert.ok(seen.own.cpu > 2 && seen.own.written > 17 * mega);
    agrees(seen);
    assert.ok(Math.max(...(seen.system.series.processes?.values ?? [])) >= 4);
    assert.ok(Math.max(...(seen.system.series.threads?.values ?? [])) >= 4);
  });

  it('has what workers used that lived shorter than the time between two samples', async () => {
    const seen = await measure([
      'for number in range(40):',
      '    if os.fork() == 0:',
      '        busy(0.02); write(200_000); os._exit(0)',
      '    os.wait()',
      'finish()',
    ]);
    assert.ok(seen.own.cpu > 0.8 && seen.own.written > 7 * mega);
    agrees(seen);
  });

  it('keeps what was seen of a process that nobody waits for', async () => {
    const { exit, system } = await measure([
      'import signal, threading',
      'signal.signal(signal.SIGCHLD, signal.SIG_IGN)',
      'child = os.fork()',
      'if child == 0:',
      // It is seen with nearly all that it has used before it ends.
      '    busy(1); write(8_000_000); sampled(2); os._exit(0)',
      'while True:',
      '    try: os.kill(child, 0)',
      '    except ProcessLookupError: break',
      '    time.sleep(0.02)',
      'sampled(1)',
      'finish()',
    ]);
    assert.ok((exit.cpuSeconds ?? 0) > 0.95, `${exit.cpuSeconds} s`);
    assert.ok((exit.diskWrittenBytes ?? 0) > 7.9 * mega, `${exit.diskWrittenBytes} bytes`);
    for (const name of ['cpu/total', 'disk/read/total', 'disk/written/total']) {
      const values = system.series[name]?.values ?? [];
      assert.deepEqual(
        values,
        values.toSorted((a, b) => a - b),
        name,
      );
    }
  });

  it('is right for a script that ends before the first sample', async () => {
    const seen = await measure(['busy(0.25); write(1_000_000)', 'finish()']);
    agrees(seen);
    assert.ok(seen.system.samples >= 1);
  });

  it('has names and values that mean something', async () => {
    const { system } = await measure(['sampled(1)', 'finish()']);
    const names = Object.keys(system.series);
    assert.deepEqual(
      names.filter((name) => !systemMetric(name)),
      [],
    );
    for (const [name, { values }] of Object.entries(system.series)) {
      const most = name === 'machine/cpu' ? 100 : Number.MAX_SAFE_INTEGER;
      assert.ok(
        values.every((value) => value >= 0 && value <= most),
        `${name}: ${values}`,
      );
    }
    for (const name of ['cpu', 'memory', 'processes', 'threads', 'machine/cpu', 'machine/memory'])
      assert.ok(names.includes(name), name);
  });
});
