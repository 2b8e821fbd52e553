const everyMs = 100;
/** Of the average over a second: the process does nothing else than catch up. */
const saturatedMs = 200;
const samples = 10;

/** Tells once a second while the event loop is late all the time: there is more to do than the process can. A single pause tells nothing. */
export const watchLoop = (saturated: () => void): (() => void) => {
  let dueMs = performance.now() + everyMs;
  let late = 0;
  let taken = 0;
  const timer = setInterval(() => {
    const nowMs = performance.now();
    // The runtime skips the ticks that it has missed.
    late += Math.min(saturatedMs * 2, Math.max(0, nowMs - dueMs));
    dueMs = nowMs + everyMs;
    taken += 1;
    if (taken < samples) return;
    const average = late / taken;
    taken = 0;
    late = 0;
    if (average > saturatedMs) saturated();
  }, everyMs);
  timer.unref();
  return () => clearInterval(timer);
};
