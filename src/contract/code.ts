/** `commit`: the commit and what the run ran with. `workspace`: what it ran with and what is in the workspace now. */
export const codeComparisons = ['commit', 'workspace'] as const;
export type CodeComparison = (typeof codeComparisons)[number];

export interface CodeChange {
  /** Relative to the root, with forward slashes. */
  path: string;
  /** Whether it is there on each side. */
  before: boolean;
  after: boolean;
}

export interface CodeChanges {
  /** Absolute. */
  root: string;
  files: CodeChange[];
  /** How many files differ beyond those. */
  more: number;
}
