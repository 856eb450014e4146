import { html, type nothing, type TemplateResult } from 'lit';
import type { RunDetails } from '../../src/contract/run.ts';
import { formatBytes, formatSeconds } from '../shared/format.ts';
import { t } from '../shared/l10n.ts';
import { emptyBox } from '../shared/states.ts';
import { visible } from '../shared/text.ts';
import { factList } from './facts.ts';

/** What the run took of the machine: in sum, and as it went. */
export function systemPanel(run: RunDetails, charts: TemplateResult): TemplateResult {
  const network = (name: string) => {
    const metric = run.systemMetrics[name];
    return metric === undefined ? null : formatBytes(metric.last);
  };
  const bytes = (count: number | null) => (count === null ? null : formatBytes(count));
  return html`<section class="totals">
      <h2 class="sr-only">${t('In sum')}</h2>
      ${factList([
        [t('CPU time'), run.cpuSeconds === null ? null : formatSeconds(run.cpuSeconds)],
        [t('Peak memory'), bytes(run.peakMemoryBytes)],
        [t('Read from disk'), bytes(run.diskReadBytes)],
        [t('Written to disk'), bytes(run.diskWrittenBytes)],
        [t('Received by the machine'), network('network/received/total')],
        [t('Sent by the machine'), network('network/sent/total')],
        [t('GPUs'), run.gpus.length === 0 ? null : visible(run.gpus.join(', '))],
      ])}
    </section>
    ${Object.keys(run.systemMetrics).length === 0 ? noSamples(run) : charts}`;
}

function noSamples(run: RunDetails): TemplateResult | typeof nothing {
  if (run.status === 'running') {
    return emptyBox(t('Nothing was measured yet'), t('The first figures of a run are there after some seconds.'));
  }
  return emptyBox(
    t('Nothing was measured'),
    t('CPU, memory, disk and GPU are measured of runs that Trainyard starts, for as long as they last.'),
  );
}
