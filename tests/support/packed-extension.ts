import { ownTarget, pack } from '../../scripts/pack.ts';

let packed: Promise<string> | undefined;

/** The VSIX for this machine, as it would be shipped. Packed once per test process. */
export function packedExtension(): Promise<string> {
  packed ??= pack([ownTarget()]).then(([path]) => path as string);
  return packed;
}
