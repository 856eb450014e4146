import type { Anomaly } from '../contract/anomaly.ts';
import { anomalyText } from '../contract/anomaly-text.ts';
import { anomaliesOf, anomalyDocument, notWatched, watchAnomalies } from '../tracking/index.ts';
import { type Invocation, option } from './command.ts';
import { harmless } from './harmless.ts';
import { usage } from './parse.ts';
import { nothingMore, runId } from './references.ts';
import { isFresh, openFor, openToWrite } from './stores.ts';
import { paint, print, printJson } from './terminal.ts';

export async function run(invocation: Invocation): Promise<number> {
  const [reference, ...more] = invocation.operands;
  nothingMore('anomalies', more);
  const off = option(invocation, 'off');
  const on = option(invocation, 'on');
  if (off !== undefined && on !== undefined) throw usage('anomalies', 'Give either --off or --on.');
  const metric = off ?? on;
  if (metric !== undefined && reference !== undefined) {
    throw usage('anomalies', 'A metric is switched for all runs; leave the run out.');
  }
  if (metric === undefined && isFresh(invocation)) {
    list([], [], invocation.json);
    return 0;
  }
  const store = await (metric === undefined ? openFor(invocation) : openToWrite(invocation));
  try {
    if (metric !== undefined) await watchAnomalies(store, metric, on !== undefined);
    const found = reference === undefined ? anomaliesOf(store) : anomaliesOf(store, runId(store, reference));
    list(found, notWatched(store), invocation.json);
    return 0;
  } finally {
    store.close();
  }
}

function list(found: ReturnType<typeof anomaliesOf>, off: string[], json: boolean): void {
  if (json) {
    const anomalies = found.flatMap(({ id, name, anomalies }) =>
      anomalies.map((anomaly) => ({ run: id, name, ...anomalyDocument(anomaly) })),
    );
    printJson({ anomalies, off });
    return;
  }
  for (const { id, name, anomalies } of found) {
    print(`${paint(harmless(name), 'bold')} ${paint(id, 'dim')}`);
    for (const anomaly of anomalies) print(`  ${anomalyLine(anomaly)}`);
  }
  if (found.length === 0) print('No anomalies.');
  if (off.length > 0) print(`Switched off: ${off.map((metric) => harmless(JSON.stringify(metric))).join(', ')}`);
}

/** One line for an anomaly, as `show` and `anomalies` print it. */
export function anomalyLine(anomaly: Anomaly): string {
  const text = harmless(anomalyText(anomaly));
  if (anomaly.off) return paint(`- ${text} (switched off)`, 'dim');
  return anomaly.severity === 'warning' ? `${paint('!', 'yellow')} ${text}` : paint(`· ${text}`, 'dim');
}
