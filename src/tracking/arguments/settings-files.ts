import { dirname, extname, join, relative, sep } from 'node:path';
import type { ScriptArgument } from '../../contract/arguments.ts';
import { folderEntries } from './folder-entries.ts';

const meant =
  /(^|_)(config|configs|cfg|conf|yaml|yml|settings|hparams|params|options)(_?(file|path|filename|name|fp|yaml))?$/i;
const likelyFolder = /^(confs?|configs?|cfgs?|configurations?|settings|params|hparams|experiments?|yamls?)$/i;
const deepest = 3;
const mostFiles = 100;

/**
 * Offers the settings files of a project to the arguments that take one: by their names, or by a default that is such a file.
 *
 * @param folder where the script will run: suggested paths are relative to it
 */
export async function suggestSettings(
  found: ScriptArgument[],
  script: string,
  folder: string,
): Promise<ScriptArgument[]> {
  if (!found.some((argument) => endings(argument).length > 0)) return found;
  const places = [...new Set([folder, dirname(script)])];
  const files = [...new Set((await Promise.all(places.map((place) => settingsIn(place, 0)))).flat())];
  const paths = files.map((file) => relative(folder, file).split(sep).join('/')).sort();
  return found.map((argument) => {
    const wanted = endings(argument);
    const suggestions = paths.filter((path) => wanted.includes(extname(path).toLowerCase())).slice(0, mostFiles);
    return suggestions.length > 0 ? { ...argument, suggestions } : argument;
  });
}

/** The endings of the files that an argument may mean; none where it takes something else. */
function endings({ dest, type, takes, choices, default: value }: ScriptArgument): string[] {
  if (choices || takes === 'switch' || !/^(string|path|literal)$/.test(type)) return [];
  const ending = value === null ? '' : extname(value).toLowerCase();
  if (ending === '.json' || ending === '.toml') return [ending];
  return ending === '.yaml' || ending === '.yml' || (ending === '' && meant.test(dest)) ? ['.yaml', '.yml'] : [];
}

async function settingsIn(folder: string, depth: number): Promise<string[]> {
  const entries = await folderEntries(folder);
  const files = entries.filter((entry) => entry.isFile() && /^[^.].*\.(ya?ml|json|toml)$/i.test(entry.name));
  const folders = entries.filter((entry) => entry.isDirectory() && (depth > 0 || likelyFolder.test(entry.name)));
  const inside = depth < deepest ? folders.map(({ name }) => settingsIn(join(folder, name), depth + 1)) : [];
  const own = files.slice(0, mostFiles).map(({ name }) => join(folder, name));
  return [...own, ...(await Promise.all(inside)).flat()].slice(0, 10 * mostFiles);
}
