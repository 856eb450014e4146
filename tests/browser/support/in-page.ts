import type { Locator } from 'playwright-core';

/** The value of an expression over `element`, computed in the page. */
export function inPage<T>(element: Locator, expression: string): Promise<T> {
  const compute = new Function('element', `return (${expression});`) as (element: unknown) => T;
  return element.evaluate(compute) as Promise<T>;
}
