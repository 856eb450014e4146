/**
 * Characters that nobody sees, and that hide, reorder or break what stands around them: marks and overrides of the direction of
 * writing, separators of lines, spaces of no width, and letters for tags. Joiners are none: scripts and emoji need them.
 */
export const deceptiveCharacters =
  /[\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;
