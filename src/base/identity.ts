/** Who is alive: a pid alone is reused, so the boot and the process's own start time go with it. */
export interface ProcessIdentity {
  host: string;
  boot: string | null;
  pid: number;
  procStart: string | null;
  /** The Linux pid namespace in which the pid counts: containers may share the host's name. Absent or null where unknown. */
  pidNamespace?: string | null | undefined;
}
