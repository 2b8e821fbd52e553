/** What is read of an upload after its refusal, and for how long. Neither is kept. */
const mostBytes = 8 * 1024 * 1024;
const mostMs = 1000;

/**
 * An answer that is sent at once, and ends when the client had time to read it. A connection that is closed while an upload still comes is reset:
 * clients that write when that happens never see what they were told.
 */
export const lingeringAnswer = (
  answer: Uint8Array,
  upload: ReadableStream<Uint8Array>,
): ReadableStream<Uint8Array<ArrayBufferLike>> =>
  new ReadableStream({
    start: async (controller) => {
      controller.enqueue(answer);
      await discard(upload);
      controller.close();
    },
  });

const discard = async (upload: ReadableStream<Uint8Array>): Promise<void> => {
  const reader = upload.getReader();
  const stop = (): void => void reader.cancel().catch(() => undefined);
  const timer = setTimeout(stop, mostMs);
  try {
    for (let bytes = 0; bytes < mostBytes; ) {
      const { done, value } = await reader.read();
      if (done) return;
      bytes += value.length;
    }
    stop();
  } catch {
    // The client is gone.
  } finally {
    clearTimeout(timer);
  }
};
