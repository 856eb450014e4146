import type { Condition } from './sql.ts';
import type { Token } from './tokens.ts';

/**
 * The words to look for where a person typed no comparison but words: `ridge`, `"night run" 42`. Null where it is anything
 * else: an operator, a keyword or a field such as `params.lr` makes it an expression.
 */
export function plainWords(tokens: Token[], filter: string): string[] | null {
  const words = tokens.slice(0, -1);
  if (words.length === 0 || words.some((token) => !isWord(token))) return null;
  return words.map((token, index) => {
    if (token.kind === 'text') return token.text;
    return filter.slice(token.at, tokens[index + 1]?.at).trim();
  });
}

function isWord(token: Token): boolean {
  if (token.kind === 'field')
    return token.parts.length === 1 && !/^(params?|metrics?|tags?)\./i.test(token.parts[0]?.text ?? '');
  return token.kind === 'text' || token.kind === 'number' || token.kind === 'date';
}

/** Every word occurs somewhere: in the name, the experiment, the group, the script, the note, a tag, a parameter's value. */
export function wordsToSql(words: string[]): Condition {
  const items = words.map(oneWord);
  return { sql: `(${items.map(({ sql }) => sql).join(' AND ')})`, values: items.flatMap(({ values }) => values) };
}

function oneWord(word: string): Condition {
  const within = `%${word.replace(/[\\%_]/g, '\\$&')}%`;
  const like = (column: string) => `${column} LIKE ? ESCAPE '\\'`;
  const columns = ['name', 'experiment', 'run_group', 'title'].map(like);
  const elsewhere = [
    `SELECT key FROM runs WHERE note <> '' AND ${like('note')}`,
    `SELECT run FROM tags WHERE value IS NOT NULL AND (${like('name')} OR ${like('value')})`,
    `SELECT run FROM params WHERE ${like('value')}`,
  ].map((select) => `key IN (${select})`);
  return {
    sql: `(${[...columns, `id LIKE ?`, ...elsewhere].join(' OR ')})`,
    values: [...columns.map(() => within), `${word.replace(/[%_]/g, '')}%`, within, within, within, within],
  };
}
