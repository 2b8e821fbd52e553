import { heapStats } from 'bun:jsc';

/** Processor time of this thread in milliseconds: what a call costs, however long a busy machine lets it wait. */
export const spentMs = (): number => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
};

/** What is still kept after a collection, in bytes: objects, and the texts and buffers they hold outside the heap. */
export const keptBytes = (): number => {
  Bun.gc(true);
  const { heapSize, extraMemorySize } = heapStats();
  return heapSize + extraMemorySize;
};
