import type { SupervisorRecord } from '../contract/supervisor-record.ts';

export type LaunchWarning = Pick<SupervisorRecord & { kind: 'warning' }, 'code' | 'params'>;

/** What the launcher found less than well before anybody could write it down; it comes as JSON in the environment. */
export function launchWarnings(environment: NodeJS.ProcessEnv): LaunchWarning[] {
  const text = environment.TRAINYARD_LAUNCH_WARNINGS;
  if (!text) return [];
  const warnings: unknown = JSON.parse(text);
  return Array.isArray(warnings) ? warnings.filter(isWarning) : [];
}

function isWarning(value: unknown): value is LaunchWarning {
  if (typeof value !== 'object' || value === null || !('code' in value) || !('params' in value)) return false;
  return typeof value.code === 'string' && typeof value.params === 'object' && value.params !== null;
}
