import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

const maker = `
import sys, zipfile
folder, name, version = sys.argv[1:]
info = "%s-%s.dist-info/" % (name, version)
with zipfile.ZipFile("%s/%s-%s-py3-none-any.whl" % (folder, name, version), "w") as wheel:
    wheel.writestr(name + ".py", "VERSION = %r\\n" % version)
    wheel.writestr(info + "METADATA", "Metadata-Version: 2.1\\nName: %s\\nVersion: %s\\n" % (name, version))
    wheel.writestr(info + "WHEEL", "Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
    wheel.writestr(info + "RECORD", "%s.py,,\\n%sMETADATA,,\\n%sWHEEL,,\\n%sRECORD,,\\n" % (name, info, info, info))
`;

/** Makes wheels of one module each, which says its version, in a folder that pip and uv can take for an index. */
export function makeWheels(folder: string, wheels: [name: string, version: string][]): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, version] of wheels) execFileSync('python3', ['-c', maker, folder, name, version]);
}

/** What makes pip and uv look nowhere else. */
export function onlyFrom(folder: string): Record<string, string> {
  return { PIP_NO_INDEX: '1', PIP_FIND_LINKS: folder, UV_NO_INDEX: '1', UV_FIND_LINKS: folder, UV_OFFLINE: '1' };
}

export function wheelOf(folder: string, name: string, version: string): string {
  return join(folder, `${name}-${version}-py3-none-any.whl`);
}
