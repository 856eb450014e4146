/** Which try of the same a run is, where it is not the first: the id of the first, and a number from 2. */
export interface Attempt {
  first: string;
  number: number;
}

/** The try that comes after a run. */
export function attemptAfter(run: string, attempt: Attempt | null | undefined): Attempt {
  return { first: attempt?.first ?? run, number: (attempt?.number ?? 1) + 1 };
}

export function nameOfTry(name: string, number: number): string {
  return `${name.replace(/-try\d+$/, '')}-try${number}`;
}
