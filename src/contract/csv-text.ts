/**
 * A text as a cell of comma-separated values. A spreadsheet would run what begins as a formula: an apostrophe in front has it
 * shown as text.
 */
export function csvText(text: string): string {
  const plain = /^[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}
