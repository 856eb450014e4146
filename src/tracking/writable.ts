import { causeText, systemCode } from '../base/fault.ts';
import { type ErrorCode, fault } from '../contract/errors.ts';

/** Does what writes into a folder. Throws `code` where the system does not let it. */
export function writable<T>(code: ErrorCode, folder: string, write: () => T): T {
  try {
    return write();
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    throw fault(code, { folder, problem: causeText(error) }, error);
  }
}
