/** Runs a task at most once at a time; asked for meanwhile, it runs once more afterwards. The task handles its own failures. */
export function coalesced(task: () => Promise<void>): () => void {
  let running = false;
  let again = false;
  const start = () => {
    if (running) {
      again = true;
      return;
    }
    running = true;
    void task().finally(() => {
      running = false;
      if (!again) return;
      again = false;
      start();
    });
  };
  return start;
}
