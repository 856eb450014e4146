export { eventFileReader } from './event-files/reader.ts';
export { importEventLogs } from './import-event-logs.ts';
