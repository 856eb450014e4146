import { resolve } from 'node:path';
import { byteText } from '../base/byte-text.ts';
import { shellLine } from '../base/shell-line.ts';
import { shortNumber } from '../base/short-number.ts';
import { isoTime, nowMicros } from '../base/time.ts';
import { heldText } from '../contract/held-text.ts';
import type { LocalFrame } from '../contract/journal.ts';
import type { MediaTag } from '../contract/media.ts';
import type { Dataset, MetricSummary, RunDetails } from '../contract/run.ts';
import type { Surrounding } from '../contract/supervisor-record.ts';
import { warningText } from '../contract/warning-text.ts';
import { durationMs, runDetails, runDocument, storeRoot } from '../tracking/index.ts';
import { anomalyLine } from './anomalies.ts';
import type { Invocation } from './command.ts';
import { age, duration, parameter, statusLook } from './format.ts';
import { harmless, harmlessLines } from './harmless.ts';
import { nothingMore, oneRun, runId } from './references.ts';
import { openFor } from './stores.ts';
import { table } from './table.ts';
import { paint, print, printJson, width } from './terminal.ts';
import { usedFileRows } from './used-files.ts';

export async function run(invocation: Invocation): Promise<number> {
  const { reference, others } = oneRun(invocation);
  nothingMore('show', others);
  const store = await openFor(invocation);
  try {
    const details = runDetails(store, runId(store, reference));
    if (invocation.json) printJson(runDocument(details));
    else print(page(details).join('\n'));
    return 0;
  } finally {
    store.close();
  }
}

function page(run: RunDetails): string[] {
  return [
    ...heading(run),
    '',
    ...pairs(facts(run)),
    ...section(
      'Parameters',
      Object.entries(run.params).map(([name, value]) => [name, parameter(value)]),
    ),
    ...metrics(run),
    ...section(
      'Tags',
      Object.entries(run.tags).map(([key, value]) => [key, harmless(value)]),
    ),
    ...section(
      'Seeds',
      Object.entries(run.seeds).map(([source, value]) => [source, parameter(value)]),
    ),
    ...section(
      'Datasets',
      run.datasets.map((dataset) => [dataset.name, datasetText(dataset)]),
    ),
    ...section('Inputs', usedFileRows(run, run.inputs)),
    ...section('Outputs', usedFileRows(run, run.outputs)),
    ...section(
      'Artifacts',
      run.artifacts.map(({ name, kind, bytes: size }) => [name, `${harmless(kind)}, ${byteText(size)}`]),
    ),
    ...section(
      'Media',
      run.media.map((media) => [media.tag, mediaText(media)]),
    ),
    ...(run.note ? ['', paint('Note', 'bold'), ...indent(harmlessLines(run.note))] : []),
    ...failure(run),
    ...run.anomalyList.slice(0, mostRows).map(anomalyLine),
    ...more(run.anomalyList.length),
    ...run.warnings.slice(0, mostRows).map((warning) => `${paint('!', 'yellow')} ${harmless(warningText(warning))}`),
    ...more(run.warnings.length),
  ];
}

function heading(run: RunDetails): string[] {
  const { sign, style } = statusLook[run.status];
  const star = run.starred ? ` ${paint('★', 'yellow')}` : '';
  const archived = run.archived ? paint(' archived', 'dim') : '';
  return [
    `${paint(`${sign} ${run.status}`, style)}  ${paint(harmless(run.name), 'bold')}${star}${archived}`,
    paint(run.id, 'dim'),
  ];
}

function facts(run: RunDetails): [string, string][] {
  const took = duration(durationMs(run));
  const rows: [string, string | null][] = [
    ['experiment', run.experiment],
    ['group', run.group],
    ['inside run', run.parent],
    ['queue', run.position === null ? null : `number ${run.position}`],
    ['try', run.attempt === null ? null : `${run.attempt.number}, the first was ${run.attempt.first}`],
    ['started', run.started === null ? null : `${isoTime(run.started)} (${age(run.started, nowMicros())})`],
    ['ended', run.ended === null ? null : isoTime(run.ended)],
    ['duration', took || null],
    ['exit code', run.exitCode === null ? null : String(run.exitCode)],
    ['signal', run.signal],
    ['process', run.pid === null ? null : `${run.pid} on ${run.host}`],
    ['command', run.command.length === 0 ? run.title : shellLine(run.command)],
    ['folder', resolve(storeRoot(run), run.cwd)],
    ['python', python(run)],
    ['system', system(run)],
    ['container', run.machine?.surroundings.map(surroundingText).join(', ') || null],
    ['CPU time', run.cpuSeconds === null ? null : `${run.cpuSeconds.toFixed(1)}s`],
    ['peak memory', run.peakMemoryBytes === null ? null : byteText(run.peakMemoryBytes)],
    ['disk', disk(run)],
    ['GPU', run.gpus.join(', ') || null],
    ['code', code(run)],
    ['files', run.directory],
  ];
  return rows.flatMap(([name, value]): [string, string][] =>
    value === null || value === '' ? [] : [[name, harmless(value)]],
  );
}

function python({ python, installation }: RunDetails): string | null {
  if (!installation) return python;
  const { implementation, packages, lock } = installation;
  const kind = { venv: 'virtual environment', conda: 'conda environment', system: 'installation' }[
    installation.environment
  ];
  const named = implementation === 'cpython' ? '' : `${implementation} `;
  return `${named}${installation.python}, ${kind} ${installation.prefix}, ${packages} packages in ${lock}`;
}

function system({ os, machine }: RunDetails): string | null {
  const parts = [os, machine?.distribution, machine?.architecture, machine?.libc];
  if (machine?.gpuDriver) parts.push(`NVIDIA driver ${machine.gpuDriver}, CUDA ${machine.cuda ?? '?'}`);
  return parts.filter((part) => part).join(', ') || null;
}

function surroundingText({ kind, id, image, name }: Surrounding): string {
  const what = [name, id?.slice(0, 12), image].filter((part) => part);
  return what.length === 0 ? kind : `${kind} (${what.join(', ')})`;
}

function disk({ diskReadBytes, diskWrittenBytes }: RunDetails): string | null {
  if (diskReadBytes === null || diskWrittenBytes === null) return null;
  return `${byteText(diskReadBytes)} read, ${byteText(diskWrittenBytes)} written`;
}

function code({ code }: RunDetails): string | null {
  if (!code || code.kind === 'none') return null;
  if (code.kind === 'copy') return 'copied, because there is no git';
  const branch = code.branch === null ? '' : ` on ${code.branch}`;
  return `${code.commit?.slice(0, 12) ?? 'no commit yet'}${branch}${code.dirty ? ', with changes' : ''}`;
}

function metrics({ metrics }: RunDetails): string[] {
  const names = Object.keys(metrics);
  if (names.length === 0) return [];
  const shown = Object.fromEntries(names.slice(0, mostRows).map((name) => [name, metrics[name] as MetricSummary]));
  return ['', paint('Metrics', 'bold'), ...metricTable(shown).map((line) => `  ${line}`), ...more(names.length)];
}

/** A page is for reading: of a list that is longer, this many rows are shown. */
const mostRows = 200;

function more(rows: number): string[] {
  return rows > mostRows ? [paint(`  … and ${rows - mostRows} more, which --json has`, 'dim')] : [];
}

/** Names with last, best, min, max and count, as `show` and `metrics` print them. */
export function metricTable(metrics: RunDetails['metrics']): string[] {
  const numbers = ['last', 'best', 'min', 'max'] as const;
  return table(
    [
      { title: 'metric', shrinkTo: 12 },
      ...numbers.map((title) => ({ title, right: true })),
      { title: 'count', right: true },
    ],
    Object.entries(metrics).map(([name, metric]) => [
      harmless(name),
      ...numbers.map((key) => shortNumber(metric[key])),
      String(metric.count),
    ]),
    width(),
  );
}

function mediaText({ kind, count, firstStep, lastStep }: MediaTag): string {
  const what = count === 1 ? kind : `${kind}s`;
  const steps = firstStep === lastStep ? `step ${firstStep}` : `steps ${firstStep} to ${lastStep}`;
  return `${count} ${what}, ${steps}`;
}

function failure({ failure }: RunDetails): string[] {
  if (!failure) return [];
  const place = failure.file === null ? '' : ` at ${failure.file}${failure.line === null ? '' : `:${failure.line}`}`;
  return [
    '',
    paint(harmless(`${failure.type}: ${failure.message}${place}`), 'red'),
    ...indent(harmlessLines(failure.traceback.trimEnd())),
    ...(failure.locals ?? []).flatMap(frame),
  ];
}

/** What one function held when the exception came. */
function frame({ function: name, line, variables, omitted }: LocalFrame): string[] {
  if (variables.length === 0) return [];
  const title = `in ${harmless(name)}${line === null ? '' : `, line ${line}`}`;
  const rows = variables.map((variable): [string, string] => [harmless(variable.name), harmless(heldText(variable))]);
  const more: [string, string][] = omitted > 0 ? [['…', `${omitted} more`]] : [];
  return ['', paint(title, 'bold'), ...pairs([...rows, ...more])];
}

function datasetText({ path, shape, type, bytes }: Dataset): string {
  const size = bytes === null ? [] : [byteText(bytes)];
  const what = [type, shape?.join(' × '), ...size].filter((part) => part);
  return harmless([what.join(', '), path].filter((part) => part).join('  '));
}

function section(title: string, rows: [string, string][]): string[] {
  if (rows.length === 0) return [];
  const shown = rows.slice(0, mostRows).map(([name, value]): [string, string] => [harmless(name), value]);
  return ['', paint(title, 'bold'), ...pairs(shown), ...more(rows.length)];
}

function pairs(rows: [string, string][]): string[] {
  return table(
    [
      { title: '', shrinkTo: 20 },
      { title: '', shrinkTo: 30 },
    ],
    rows.map(([name, value]) => [{ text: `  ${name}`, style: 'dim' as const }, value]),
    undefined,
  );
}

function indent(text: string): string[] {
  return text === '' ? [] : text.split('\n').map((line) => `  ${line}`);
}
