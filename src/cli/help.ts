import type { Command, OptionSpec } from './command.ts';
import { globalOptions } from './parse.ts';
import { table } from './table.ts';

export function overview(commands: Command[]): string {
  return [
    'Trainyard tracks training runs in the folder where you work.',
    '',
    'Usage: trainyard COMMAND …',
    '',
    ...table(
      [{ title: '' }, { title: '' }],
      commands.map((command) => [`  ${command.name}`, command.summary]),
      undefined,
    ),
    '',
    'RUN is an id, a unique beginning of one, a name, or “latest”.',
    'Every command takes --store DIR and --json. “trainyard help COMMAND” says more.',
  ].join('\n');
}

export function commandHelp(command: Command): string {
  return [
    command.summary,
    '',
    ...command.usage.map((usage, index) => `${index === 0 ? 'Usage:' : '      '} trainyard ${usage}`),
    '',
    'Options:',
    ...table(
      [{ title: '' }, { title: '' }],
      Object.entries({ ...command.options, ...globalOptions }).map(([name, spec]) => [
        `  ${flags(name, spec)}`,
        spec.help,
      ]),
      undefined,
    ),
  ].join('\n');
}

function flags(name: string, spec: OptionSpec): string {
  const short = name.length === 1 ? '' : spec.short ? `-${spec.short}, ` : '';
  const long = name.length === 1 ? `-${name}` : `--${name}`;
  return `${short}${long}${spec.value ? ` ${spec.value}` : ''}`;
}
