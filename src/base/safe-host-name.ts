/** A machine's name as a file's name. */
export function safeHostName(host: string): string {
  const safe = host.replace(/[^A-Za-z0-9._-]/g, '-').replace(/^\.+/, '');
  return safe.slice(0, 100) || 'host';
}
