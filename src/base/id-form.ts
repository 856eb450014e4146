const idPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** Whether a text is a run's id, as `newId` makes it. */
export function isId(text: string): boolean {
  return idPattern.test(text);
}
