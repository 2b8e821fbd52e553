export * from './cancellation.ts';
export * from './clock.ts';
export * from './exchange-sink.ts';
export * from './ids.ts';
export * from './key-ring.ts';
export * from './upstream.ts';
