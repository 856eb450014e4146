import type { RunStatus, RunSummary } from '../../src/contract/run.ts';
import { icons } from '../shared/icons.ts';
import { t } from '../shared/l10n.ts';

/** The status in words, with what the process said at its end. */
export function statusText(run: Pick<RunSummary, 'status' | 'exitCode' | 'signal'>): string {
  switch (run.status) {
    case 'queued':
      return t('Queued');
    case 'running':
      return t('Running');
    case 'finished':
      return t('Finished');
    case 'stopped':
      return t('Stopped');
    case 'lost':
      return t('Lost');
    case 'failed':
      if (run.signal) return t('Failed ({signal})', { signal: run.signal });
      return run.exitCode === null ? t('Failed') : t('Failed (exit code {code})', { code: run.exitCode });
  }
}

export function statusIcon(status: RunStatus) {
  return icons[status];
}
