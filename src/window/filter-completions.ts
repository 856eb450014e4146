/** What runs have that a filter may speak of. */
export interface Names {
  metrics: readonly string[];
  params: readonly string[];
  tags: readonly string[];
}

const fields = [
  'name',
  'experiment',
  'group',
  'status',
  'script',
  'note',
  'created',
  'started',
  'ended',
  'duration',
  'exitCode',
  'starred',
  'archived',
];
const values: Record<string, string[]> = {
  status: ['running', 'finished', 'failed', 'stopped', 'lost', 'queued'],
  created: ['-1d', '-7d', '-30d'],
  started: ['-1d', '-7d', '-30d'],
  ended: ['-1d', '-7d', '-30d'],
  duration: ['10m', '1h', '1d'],
};
const mostShown = 50;

/** The ways in which what is typed could go on: what is shown, and the whole text if it is taken. */
export function completions(text: string, names: Names): { label: string; text: string }[] {
  const [, before = '', word = ''] = /^(.*?)([^\s()=<>!,]*)$/s.exec(text) ?? [];
  return candidates(before, names)
    .filter((candidate) => candidate !== word && candidate.toLowerCase().startsWith(word.toLowerCase()))
    .slice(0, mostShown)
    .map((label) => ({ label, text: `${before}${label} ` }));
}

function candidates(before: string, { metrics, params, tags }: Names): string[] {
  const [, field = ''] = /(\w+)\s*(?:[=<>!]+|\bin\s*\([^)]*)\s*$/is.exec(before) ?? [];
  const last = before.trimEnd();
  if (/[=<>]$/.test(last) || /\(\s*[^()]*,$/.test(last) || /\bin\s*\($/i.test(last)) {
    return Object.hasOwn(values, field.toLowerCase()) ? (values[field.toLowerCase()] ?? []) : [];
  }
  if (last === '' || /(\(|\b(and|or|not))$/i.test(last)) {
    return [
      ...metrics.map((name) => fieldName('metrics', name)),
      ...params.map((name) => fieldName('params', name)),
      ...tags.map((name) => fieldName('tags', name)),
      ...fields,
      'not',
    ];
  }
  return /[\w"'.)]$/.test(last) ? ['and', 'or'] : [];
}

/** A name as a filter and a sort key take it: quoted where it would end too early or mean something else. */
export function fieldName(table: 'metrics' | 'params' | 'tags', name: string): string {
  const plain = /^[\p{L}\p{N}_/@:+-][\p{L}\p{N}_./@:+-]*$/u.test(name) && !/\.(last|min|max|best|count)?$/.test(name);
  if (plain && !/:(asc|desc)$/i.test(name)) return `${table}.${name}`;
  return `${table}."${name.replace(/["\\]/g, '\\$&')}"`;
}
