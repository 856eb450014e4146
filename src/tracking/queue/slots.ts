import { randomBytes } from 'node:crypto';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { systemCode } from '../../base/fault.ts';
import { makeFolders } from '../../base/files.ts';
import type { ProcessIdentity } from '../../base/identity.ts';
import { isId } from '../../base/ids.ts';
import { identify } from '../../base/process-identity.ts';
import { recentLiveness } from '../recent-liveness.ts';
import { listFolder } from '../run-folder.ts';
import { queuePlaces } from './places.ts';
import { stageOf } from './stage.ts';

/**
 * A slot is a folder with one file, whose name says who has it: nobody, a process that is about to start a run, a run. It changes
 * hands by renaming that file, which only one of several processes can do, and it is never empty.
 */
export interface Slot {
  number: number;
  /** The run that the former holder had in it, which may need to be looked after. */
  inherited: string | null;
  /** Says which run this process is about to start; null: none any more. */
  name(run: string | null): void;
  /** The run has the slot as long as it goes on, whatever becomes of this process. */
  handOver(run: string): void;
  release(): void;
}

export interface Holder {
  run: string | null;
  /** Null where the run itself has the slot. */
  process: ProcessIdentity | null;
}

const free = 'free';

/** A slot that nobody has, or whose holder has gone; undefined where every slot is taken. */
export function takeSlot(store: string, jobs: number): Slot | undefined {
  const { slots } = queuePlaces(store);
  for (let number = 1; number <= jobs; number += 1) makeSlot(slots, number);
  const found = slotNumbers(slots).flatMap((number) => {
    const files = listFolder(join(slots, String(number))).map(({ name }) => name);
    return files.flatMap((file) => {
      const holder = holderOf(file);
      return holder === undefined || isBusy(store, holder) ? [] : [{ number, file, run: holder?.run ?? null }];
    });
  });
  // What a holder has left comes first; a slot beyond the limit is taken for that alone.
  const left = found.filter(({ run }) => run !== null);
  const empty = found.filter(({ run, number }) => run === null && number <= jobs);
  for (const { number, file, run } of [...left, ...empty]) {
    const slot = rename(join(slots, String(number)), number, file, run);
    if (slot) return slot;
  }
  return undefined;
}

/** Whether `takeSlot` would find one. Changes nothing. */
export function hasFreeSlot(store: string, jobs: number): boolean {
  const { slots } = queuePlaces(store);
  const numbers = slotNumbers(slots);
  if (numbers.filter((number) => number <= jobs).length < jobs) return true;
  return numbers.some((number) =>
    holdersIn(slots, number).some((holder) => !isBusy(store, holder) && (number <= jobs || holder?.run)),
  );
}

/** The runs that take up a slot now. */
export function runsInSlots(store: string): string[] {
  const { slots } = queuePlaces(store);
  const holders = slotNumbers(slots).flatMap((number) => holdersIn(slots, number));
  return holders.flatMap((holder) => (holder?.run && isBusy(store, holder) ? [holder.run] : []));
}

/** Who has a slot, or had it and is not there any more. */
export function slotHolders(store: string): Holder[] {
  const { slots } = queuePlaces(store);
  return slotNumbers(slots).flatMap((number) => holdersIn(slots, number).filter((holder) => holder !== null));
}

/** What the slots' files are called now. */
export function slotFiles(store: string): string[] {
  const { slots } = queuePlaces(store);
  return slotNumbers(slots).flatMap((number) => listFolder(join(slots, String(number))).map(({ name }) => name));
}

function isBusy(store: string, holder: Holder | null): boolean {
  if (holder === null) return false;
  if (holder.process && recentLiveness(holder.process) !== 'dead') return true;
  return holder.run !== null && stageOf(store, holder.run) === 'going';
}

function slotNumbers(slots: string): number[] {
  const names = listFolder(slots).filter((entry) => entry.isDirectory() && /^[1-9]\d{0,2}$/.test(entry.name));
  return names.map(({ name }) => Number(name)).sort((a, b) => a - b);
}

function holdersIn(slots: string, number: number): (Holder | null)[] {
  return listFolder(join(slots, String(number))).flatMap(({ name }) => {
    const holder = holderOf(name);
    return holder === undefined ? [] : [holder];
  });
}

/** Null for nobody, undefined for a file that says nothing of it. */
function holderOf(file: string): Holder | null | undefined {
  return file === free ? null : parseHolder(file);
}

/** The folder appears together with its file, so that there is never a second. */
function makeSlot(slots: string, number: number): void {
  const folder = join(slots, String(number));
  if (listFolder(folder).length > 0) return;
  const draft = join(slots, `.${randomBytes(6).toString('hex')}`);
  makeFolders(draft);
  try {
    writeFileSync(join(draft, free), '');
    renameSync(draft, folder);
  } catch (error) {
    if (!taken.has(systemCode(error) ?? '')) throw error;
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/** What a rename over a folder that is not empty fails with, by platform. */
const taken = new Set(['EEXIST', 'ENOTEMPTY', 'EPERM', 'EACCES']);

/** Undefined where somebody else was faster. */
function rename(folder: string, number: number, from: string, inherited: string | null): Slot | undefined {
  const self = identify();
  let file = from;
  const become = (name: string) => {
    renameSync(join(folder, file), join(folder, name));
    file = name;
  };
  try {
    become(holderName({ run: inherited, process: self }));
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
  return {
    number,
    inherited,
    name: (run) => become(holderName({ run, process: self })),
    handOver: (run) => become(holderName({ run, process: null })),
    release: () => become(free),
  };
}

/** Different each time, so that of two processes that take over from one holder only the first finds it. */
export function holderName({ run, process }: Holder): string {
  const fields = [process?.pid, process?.procStart, process?.boot, process?.pidNamespace];
  const texts = fields.map((field) => encodeURIComponent(String(field ?? '')));
  return [run ?? '', ...texts, randomBytes(4).toString('hex')].join('~');
}

function parseHolder(file: string): Holder | undefined {
  const [run = '', pid = '', procStart, boot, pidNamespace, nonce, more] = file.split('~').map(decoded);
  if (nonce === undefined || more !== undefined || (run !== '' && !isId(run)) || !/^\d*$/.test(pid)) return undefined;
  const given = (text: string | undefined) => text || null;
  const identity = { procStart: given(procStart), boot: given(boot), pidNamespace: given(pidNamespace) };
  const process = pid === '' ? null : { host: hostname(), pid: Number(pid), ...identity };
  return { run: run || null, process };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
