export { eventFileReader } from './event-files/reader.ts';
