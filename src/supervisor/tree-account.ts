/** What a process tree has used since it began. */
export interface Usage {
  cpuSeconds: number;
  readBytes: number;
  writtenBytes: number;
}

/** One process of the tree at a look. What it used includes those of its children that it waited for. */
export interface Entry extends Usage {
  pid: number;
  parent: number;
  /** Tells it from an earlier process of the same number. */
  start: string;
  /** Page faults of its own and of the children that it waited for: nearly all processes have hundreds. 0 where unknown. */
  faults: number;
  /** Those of the children alone. */
  childFaults: number;
}

export interface TreeAccount {
  /**
   * Takes what was seen at one moment; answers what the tree has used so far, which never becomes less. Entries must have been
   * read parents first, and after it was found out who has gone: what a child used is then in one place, never in two.
   */
  update(entries: Entry[]): Usage;
}

/**
 * Adds up what the processes of a tree use, those that end between two looks included. Who is waited for by its parent goes on
 * to count there. Whoever ends otherwise (its parent had gone, or does not wait) is kept as it was last seen.
 */
export function accountTree(): TreeAccount {
  let known = new Map<number, Entry>();
  let lost = nothing;
  let total = nothing;

  return {
    update(entries) {
      const now = new Map(entries.map((entry) => [entry.pid, entry]));
      const gone = [...known.values()].filter((entry) => now.get(entry.pid)?.start !== entry.start);
      for (const entry of whoWasNotWaitedFor(gone, known, now)) lost = sum(lost, entry);
      known = now;
      const seen = entries.reduce<Usage>(sum, lost);
      total = {
        cpuSeconds: Math.max(total.cpuSeconds, seen.cpuSeconds),
        readBytes: Math.max(total.readBytes, seen.readBytes),
        writtenBytes: Math.max(total.writtenBytes, seen.writtenBytes),
      };
      return total;
    },
  };
}

const nothing: Usage = { cpuSeconds: 0, readBytes: 0, writtenBytes: 0 };

function sum(a: Usage, b: Usage): Usage {
  return {
    cpuSeconds: a.cpuSeconds + b.cpuSeconds,
    readBytes: a.readBytes + b.readBytes,
    writtenBytes: a.writtenBytes + b.writtenBytes,
  };
}

/**
 * A parent that waited has at least as many faults of children more as its child was last seen with. Of several that end at
 * once some may be taken for waited for that were not; what they used is then missing, rather than there twice.
 */
function whoWasNotWaitedFor(gone: Entry[], before: Map<number, Entry>, now: Map<number, Entry>): Entry[] {
  return gone.filter((entry) => {
    const heir = heirOf(entry, before, now);
    return !heir || entry.faults === 0 || heir.now.childFaults - heir.before.childFaults < entry.faults;
  });
}

/** The nearest of those above it who is still there. */
function heirOf(entry: Entry, before: Map<number, Entry>, now: Map<number, Entry>) {
  let above = before.get(entry.parent);
  for (let depth = 0; above && depth < before.size; depth++) {
    const still = now.get(above.pid);
    if (still?.start === above.start) return { before: above, now: still };
    above = before.get(above.parent);
  }
  return undefined;
}
