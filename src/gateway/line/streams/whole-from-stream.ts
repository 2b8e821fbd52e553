import type { ChatResponse } from '../../../core/ir/index.ts';
import { Collector } from '../../../core/stream/collect.ts';
import { SseDecoder } from '../../../core/stream/sse-decoder.ts';
import { chatOf, type PreparedChat } from '../prepared-chat.ts';

/** The whole answer out of a stream a provider sent although none was asked for. */
export const wholeFromStream = (exchange: PreparedChat, bytes: Uint8Array): ChatResponse => {
  const decoder = chatOf(exchange.planned.target.served.dialect).upstream.streamDecoder();
  const splitter = new SseDecoder();
  const collector = new Collector();
  for (const frame of [...splitter.push(bytes), ...splitter.end()])
    for (const event of decoder.push(frame)) collector.push(event);
  for (const event of decoder.end()) collector.push(event);
  return collector.response();
};
