import { existsSync } from 'node:fs';
import { lockedPackages } from '../../base/requirements.ts';
import type { ParameterValue } from '../../contract/journal.ts';
import { type Cause, type CauseKind, causeKinds, type Difference } from '../../contract/reproduction.ts';
import type { RunDetails, UsedFile } from '../../contract/run.ts';
import { differences } from './differences.ts';
import { readLock } from './read-lock.ts';

/**
 * All that was not the same for a run and a second one, in the order in which a person would look: code, data, packages, settings,
 * seeds, hardware. Where the outcome is another, nothing of that differs and no seed was set, that is named.
 */
export function findCauses(
  was: RunDetails,
  is: RunDetails,
  { params, same }: { params: Difference<ParameterValue>[]; same: boolean },
): Cause[] {
  const found: Record<CauseKind, Difference<ParameterValue>[]> = {
    code: [...leftOut(was), ...localPackages(was, is)],
    data: changedData(was, is),
    package: [...packages(was, is)],
    setting: [...params, ...variables(was, is)],
    seed: differences<ParameterValue>(was.seeds, is.seeds),
    hardware: hardware(was, is),
  };
  const nothing = Object.values(found).every((list) => list.length === 0);
  if (!same && nothing && Object.keys(was.seeds).length === 0) {
    found.seed.push({ name: 'none', was: null, is: null });
  }
  return causeKinds.flatMap((kind) => found[kind].map((difference) => ({ kind, ...difference })));
}

/** Code that the record does not hold: what is there now was taken. */
function leftOut({ code }: RunDetails): Difference<string>[] {
  const data = new Set(['not source code', 'hidden', 'installed packages', 'a virtual environment', 'not a file']);
  return (code?.omitted ?? [])
    .filter(({ reason }) => !data.has(reason))
    .map(({ path, reason }) => ({ name: path, was: reason, is: null }));
}

function localPackages(was: RunDetails, is: RunDetails): Difference<string | null>[] {
  if (!was.installation || !is.installation) return [];
  const commits = ({ installation }: RunDetails) =>
    Object.fromEntries((installation?.locals ?? []).map(({ name, commit }) => [name, commit]));
  const now = commits(is);
  return differences(commits(was), now).filter(({ name }) => Object.hasOwn(now, name));
}

function changedData(was: RunDetails, is: RunDetails): Difference<string | null>[] {
  const own = new Set(was.outputs.map(({ path }) => path));
  const now = new Map(is.inputs.map((file) => [file.path, file]));
  return was.inputs.flatMap((file) => {
    // What a run both reads and writes is what it made of it.
    if (own.has(file.path) || file.sha256 === null) return [];
    const found = now.get(file.path);
    if (!found) return existsSync(file.path) ? [] : [{ name: file.path, was: file.sha256, is: null }];
    return sameContent(file, found) ? [] : [{ name: file.path, was: file.sha256, is: found.sha256 }];
  });
}

function sameContent(one: UsedFile, other: UsedFile): boolean {
  return other.sha256 === null || one.sampled !== other.sampled || one.sha256 === other.sha256;
}

/** The Python first, then what was imported, then the rest of what is installed. */
function* packages(was: RunDetails, is: RunDetails): Generator<Difference<ParameterValue>> {
  yield* differences<string | null>({ python: was.python }, { python: is.python });
  const known = Object.keys(was.packages).length > 0 && Object.keys(is.packages).length > 0;
  const imported = known ? differences(was.packages, is.packages) : [];
  yield* imported;
  const [before, after] = [lockOf(was), lockOf(is)];
  if (!before || !after) return;
  const named = new Set(imported.map(({ name }) => name));
  yield* differences(before, after).filter(({ name }) => !named.has(name) && !isLocal(name, was, is));
}

function isLocal(name: string, ...runs: RunDetails[]): boolean {
  return runs.some(({ installation }) => installation?.locals.some((local) => local.name === name));
}

function lockOf(run: RunDetails): Record<string, string> | undefined {
  const lock = readLock(run);
  if (lock === undefined) return undefined;
  const entries = Object.entries(lockedPackages(lock));
  return Object.fromEntries(entries.filter(([, version]) => !version.endsWith('(an installer)')));
}

/** Variables that name where something is, rather than how it works. */
const places = /^(VIRTUAL_ENV|CONDA_PREFIX|CONDA_DEFAULT_ENV|PYTHONPATH|PYTHONHOME|SLURM_.*|MASTER_PORT)$/;

function variables(was: RunDetails, is: RunDetails): Difference<string>[] {
  if (!was.machine || !is.machine) return [];
  return differences(was.machine.variables, is.machine.variables).filter(({ name }) => !places.test(name));
}

function hardware(was: RunDetails, is: RunDetails): Difference<ParameterValue>[] {
  const facts = ({ cpu, cores, memoryBytes, gpus, os, machine }: RunDetails): Record<string, ParameterValue> => ({
    gpu: gpus,
    'GPU driver': machine?.gpuDriver ?? null,
    CUDA: machine?.cuda ?? null,
    cpu,
    cores,
    memoryBytes,
    architecture: machine?.architecture ?? null,
    os,
    distribution: machine?.distribution ?? null,
    libc: machine?.libc ?? null,
    container: machine?.surroundings.map(({ kind, image }) => (image === null ? kind : `${kind} ${image}`)) ?? [],
  });
  const [before, after] = [facts(was), facts(is)];
  return differences(before, after).filter(({ name }) => was.machine !== null || before[name] !== null);
}
