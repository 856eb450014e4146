/**
 * How a column of doubles is laid out, for docs/sealed.md: a tag, the count, what the representation needs, exceptions, and the
 * words of the values, differenced and cut into byte planes.
 */
export const representations = {
  /** Eight bytes a value, as they lie in memory. */
  raw: 0,
  /** Whole numbers. */
  integers: 1,
  /** Whole numbers divided by one divisor: decimals are, with a power of ten. */
  quotients: 2,
  /** Whole numbers times one factor. */
  products: 3,
  /** The bits of single-precision floats. */
  singles: 4,
  /** The bits of the doubles themselves. */
  doubles: 5,
  /** A column of the distinct values, and one of the places in it. */
  dictionary: 6,
} as const;

/** The low four bits of a tag are the representation, the next two how often the words were differenced. */
export const orderShift = 4;
export const highestOrder = 2;
export const exceptionsFlag = 0x80;

/** What a plane of bytes is kept as. */
export const planeMethods = { plain: 0, constant: 1, deflated: 2 } as const;

/** More values than this go into several columns: so a few damaged bytes never ask for gigabytes. */
export const longestColumn = 1 << 20;

/** Beyond it, not every whole number is a double. */
export const largestWhole = 2 ** 53;

export function damaged(what: string): Error {
  return new Error(`A column of numbers is damaged: ${what}.`);
}
