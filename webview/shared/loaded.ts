/** What stands where data would stand: not there yet, not to be had, or not made. */
export type Loaded<Value> =
  | { state: 'loading' }
  | { state: 'failed'; error: unknown }
  | { state: 'ready'; value: Value };
