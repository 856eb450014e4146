/** Who is alive: a pid alone is reused, so the boot and the process's own start time go with it. */
export interface ProcessIdentity {
  host: string;
  boot: string | null;
  pid: number;
  procStart: string | null;
}
