/** Collects rows of (run, name, …) into one object per run. */
export function groupByRun<Row extends { run: number; name: string }, Value>(
  rows: Row[],
  toValue: (row: Row) => Value,
): Map<number, Record<string, Value>> {
  const groups = new Map<number, Record<string, Value>>();
  for (const row of rows) {
    const group = groups.get(row.run) ?? {};
    groups.set(row.run, group);
    setOwn(group, row.name, toValue(row));
  }
  return groups;
}

/** Sets a name as it is, `__proto__` included. */
function setOwn<Value>(target: Record<string, Value>, name: string, value: Value): void {
  if (name === '__proto__')
    Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true });
  else target[name] = value;
}
