import { createHash } from 'node:crypto';
import { realpathSync, statfsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { systemCode } from '../base/fault.ts';
import { userFolder } from '../base/user-folder.ts';

/** The file system types of Linux (statfs(2)) on which SQLite's locks or shared memory cannot be relied on. */
const remoteFileSystems = new Set([
  0x6969, // NFS
  0x517b, // SMB
  0xff534d42, // CIFS
  0xfe534d42, // SMB2
  0x65735546, // FUSE: sshfs, rclone, gcsfuse
  0x01021997, // 9p: WSL's /mnt, virtual machines' shares
  0x786f4256, // VirtualBox's shares
  0x00c36400, // Ceph
  0x0bd00bd0, // Lustre
  0x47504653, // GPFS
  0x19830326, // BeeGFS
  0x5346414f, // AFS
  0x6b414653, // kAFS
  0x73757245, // Coda
  0x564c, // NCP
]);

const syncedFolder =
  /^(onedrive( - .*)?|dropbox( \(.*\))?|google ?drive|my drive|icloud ?drive|com~apple~clouddocs|mobile documents|cloudstorage|box( sync)?|nextcloud|pcloud ?drive|synology ?drive)$/i;

export interface LocationOptions {
  /** The file system's type as statfs tells it. */
  fileSystem?: (folder: string) => number | undefined;
  platform?: NodeJS.Platform;
}

/**
 * The index of a store. Beside the run folders; in the user's own folder, one per store, where another program or machine
 * moves the store's files around, because a database does not survive that.
 */
export function indexFile(store: string, options: LocationOptions = {}): string {
  const folder = actualPath(store);
  if (!sharedPlace(folder, options)) return join(store, 'trainyard.db');
  const name = createHash('sha256').update(folder).digest('hex').slice(0, 32);
  return join(userFolder(), 'indexes', name, 'trainyard.db');
}

/** Whether a folder lies on a network or synced file system, as far as can be told. */
export function sharedPlace(folder: string, options: LocationOptions = {}): boolean {
  const platform = options.platform ?? process.platform;
  if (folder.split(/[/\\]/).some((part) => syncedFolder.test(part))) return true;
  if (platform === 'win32') return /^[/\\]{2}(?![?.][/\\][A-Za-z]:)/.test(folder);
  if (platform !== 'linux') return false;
  const type = (options.fileSystem ?? fileSystemType)(folder);
  return type !== undefined && remoteFileSystems.has(type >>> 0);
}

function fileSystemType(folder: string): number | undefined {
  try {
    return statfsSync(folder).type;
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return undefined;
  }
}

function actualPath(store: string): string {
  try {
    return realpathSync(store);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
    return resolve(store);
  }
}
