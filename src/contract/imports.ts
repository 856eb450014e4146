export interface ImportedRun {
  run: string;
  name: string;
  /** Where it was found, absolute. */
  folder: string;
}

/** What came of importing a folder of another tool's logs. */
export interface ImportReport {
  imported: ImportedRun[];
  /** Imported before, with more to it since. */
  updated: ImportedRun[];
  /** How many were imported before, with nothing new. */
  unchanged: number;
  /** Folders that could not be read, with the system's words; null: none of their files holds an event. */
  problems: { folder: string; problem: string | null }[];
}
