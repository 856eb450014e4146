/** What a sealed journal begins with. */
export const magic = 'TYSEALED';
export const sealedVersion = 1;
export const headerBytes = 72;
/** Of a block in the table at the end: its bytes, those of the journal that it stands for, and the CRC-32 of each. */
export const entryBytes = 16;

/** About so much of a journal goes into a block: enough for columns, little enough to be read at one go. */
export const blockBytes = 128 * 1024;
/** No block stands for more: a longer stretch without a whole record is cut. */
export const longestBlock = 80 * 1024 * 1024;

export function sealDamage(what: string): Error {
  return Object.assign(new Error(`The sealed journal is damaged: ${what}.`), { code: 'EBADMSG' });
}
