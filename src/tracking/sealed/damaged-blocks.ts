import { closeSync } from 'node:fs';
import { systemCode } from '../../base/fault.ts';
import { openToRead, readHeader, readPlace, readTable } from './sealed-file.ts';

/** A stretch of a journal that its sealed form does not hold any more. */
export interface DamagedBlock {
  start: number;
  length: number;
}

/**
 * The blocks of a sealed journal that cannot be unpacked.
 *
 * @throws a system error; with the code EBADMSG where the file is damaged as a whole
 */
export function damagedBlocks(path: string): DamagedBlock[] {
  const descriptor = openToRead(path);
  try {
    return readTable(descriptor, readHeader(descriptor))
      .filter((place) => {
        try {
          readPlace(descriptor, place);
          return false;
        } catch (error) {
          if (systemCode(error) !== 'EBADMSG') throw error;
          return true;
        }
      })
      .map(({ start, length }) => ({ start, length }));
  } finally {
    closeSync(descriptor);
  }
}
