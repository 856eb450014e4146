/** The smaller of two numbers, and the one that is not NaN where the other is. */
export const smaller = (a: number, b: number) => (Number.isNaN(a) ? b : Number.isNaN(b) ? a : Math.min(a, b));

/** The larger of two numbers, and the one that is not NaN where the other is. */
export const larger = (a: number, b: number) => (Number.isNaN(a) ? b : Number.isNaN(b) ? a : Math.max(a, b));
