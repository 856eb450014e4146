import { deepStrictEqual } from 'node:assert/strict';

/** Asks again and again until the answer is what is expected; after `seconds` it fails as an assertion does. */
export function becomes<T>(ask: () => T | Promise<T>, expected: T, seconds?: number): Promise<T> {
  return passes(ask, (answer) => deepStrictEqual(answer, expected), seconds);
}

/** Asks again and again until `check` takes the answer without a complaint; after `seconds` it fails with the last complaint. */
export async function passes<T>(ask: () => T | Promise<T>, check: (answer: T) => void, seconds = 40): Promise<T> {
  const deadline = performance.now() + seconds * 1000;
  while (true) {
    const answer = await ask();
    try {
      check(answer);
      return answer;
    } catch (complaint) {
      if (performance.now() > deadline) throw complaint;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
