/** What the window needs now and then, in a bundle of its own that is loaded by then: only ever imported as `import('./later.ts')`. */
export { createStoreChecks } from './check-store.ts';
export { exportRuns } from './export-runs.ts';
export { importLogs } from './import-logs.ts';
export { importRuns } from './import-runs.ts';
export { reproduceRun } from './reproduce.ts';
export { warningText } from './warning-text.ts';
