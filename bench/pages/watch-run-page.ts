/** What `seenRunPage()` of the page answers: moments in milliseconds since 1970, and lengths in milliseconds. */
export interface Seen {
  /** The page's HTML was read up to its script. */
  script: number;
  /** The first curve was painted. */
  curve: number;
  /** Between two frames, from the script's first line on. */
  worst: number;
  /** The page's longest task of those over 50 ms, 0 where there is none. VS Code's own do not count. */
  longest: number;
}

/** Run in the window: notes when something was last clicked. */
export const clicks = `addEventListener('pointerdown', ({ timeStamp }) => {
  globalThis.runPageClicked = performance.timeOrigin + timeStamp;
}, { capture: true })`;

/** Run in every frame before anything else. */
export const pageWatch = `{
  const seen = { script: 0, curve: 0, worst: 0, longest: 0 };
  let before;
  const look = (now) => {
    if (seen.script === 0) {
      const loaded = performance.getEntriesByType('resource').find(({ name }) => /[/]run[.]js([?]|$)/.test(name));
      if (loaded) seen.script = performance.timeOrigin + loaded.startTime;
    } else {
      if (before !== undefined) seen.worst = Math.max(seen.worst, now - before);
      before = now;
    }
    if (seen.curve === 0 && document.querySelector('ty-chart canvas')) {
      seen.curve = -1;
      setTimeout(() => { seen.curve = performance.timeOrigin + performance.now(); });
    }
    requestAnimationFrame(look);
  };
  const coming = setInterval(() => {
    if (!document.getElementById('start')) return;
    clearInterval(coming);
    requestAnimationFrame(look);
  }, 1);
  const note = ({ name, duration }) => {
    if (name === 'self' || name === 'multiple-contexts') seen.longest = Math.max(seen.longest, duration);
  };
  const observer = new PerformanceObserver((list) => list.getEntries().forEach(note));
  observer.observe({ type: 'longtask', buffered: true });
  globalThis.seenRunPage = () => {
    observer.takeRecords().forEach(note);
    return seen;
  };
}`;

/** A screen further in every twentieth frame, fifteen screens or down to the end. */
export const scrollThrough = `new Promise((resolve) => {
  let frames = 0;
  const go = () => {
    frames += 1;
    if (frames % 20 === 0) scrollBy({ top: innerHeight, behavior: 'instant' });
    const end = scrollY + innerHeight >= document.documentElement.scrollHeight - 2;
    if ((end && frames > 60) || frames > 300) resolve(null);
    else requestAnimationFrame(go);
  };
  requestAnimationFrame(go);
})`;
