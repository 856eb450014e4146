const plain = '.jsonl';
const sealed = '.sealed';

/** The name or path of the sealed form of a journal. */
export function sealedName(journal: string): string {
  return journal.slice(0, -plain.length) + sealed;
}

/** The name or path of the journal that a sealed file stands for. */
export function journalName(name: string): string {
  return name.slice(0, -sealed.length) + plain;
}

export const isSealed = (name: string) => name.endsWith(sealed);
