/** Where and when a value was said. Of several the latest wins: by time, then by file name, then by place in the file. */
export interface Place {
  /** Microseconds UTC. */
  time: number;
  file: string;
  offset: number;
}

/** The part of an upsert that lets only a later place win. */
export const laterWins = (table: string) =>
  `WHERE (excluded.time, excluded.file, excluded.offset) >= (${table}.time, ${table}.file, ${table}.offset)`;
