import { execFile } from 'node:child_process';
import process from 'node:process';

const patience = 5_000;

export interface GpuDriver {
  driver: string | null;
  /** The newest CUDA that the driver can do. */
  cuda: string | null;
}

/** What NVIDIA's own tool says of the driver; nulls where there is none. */
export function askGpuDriver(): Promise<GpuDriver> {
  const options = {
    encoding: 'utf8',
    timeout: patience,
    windowsHide: true,
    env: { ...process.env, LC_ALL: 'C' },
  } as const;
  return new Promise((resolve) => {
    execFile('nvidia-smi', [], options, (_error, stdout) => {
      const read = (name: string) => new RegExp(`${name}:\\s*([\\d.]+)`).exec(stdout)?.[1] ?? null;
      resolve({ driver: read('Driver Version'), cuda: read('CUDA Version') });
    });
  });
}
