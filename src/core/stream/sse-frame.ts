/** One server-sent event. `data` joins the frame's data lines with newlines; `event` is absent when the frame names none. */
export interface SseFrame {
  readonly event?: string;
  readonly data: string;
}

/** Writes a frame as it goes over the wire. */
export const writeSseFrame = (frame: SseFrame): string => {
  const data = frame.data.includes('\n') ? frame.data.split('\n').join('\ndata: ') : frame.data;
  return frame.event === undefined ? `data: ${data}\n\n` : `event: ${frame.event}\ndata: ${data}\n\n`;
};
