import type { RunPageStart } from '../../src/contract/panel.ts';
import { connectHost } from '../shared/host.ts';
import { setLanguage } from '../shared/l10n.ts';
import { createRunModel, type RunHost } from './model.ts';
import { RunPage } from './page.ts';
import './run.css';

const start: RunPageStart = JSON.parse(document.getElementById('start')?.textContent ?? '');
setLanguage(start);

const host: RunHost = connectHost();
const page = new RunPage();
page.model = createRunModel(host, start.reference, () => page.requestUpdate());
page.id = 'run-page';
document.body.append(page);

/** Told once: a page on which something was done is no preview any more. */
const touched = new AbortController();
for (const kind of ['pointerdown', 'keydown']) {
  const tell = () => {
    touched.abort();
    void page.model.touched();
  };
  window.addEventListener(kind, tell, { capture: true, signal: touched.signal });
}
