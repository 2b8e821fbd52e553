import { demoModel } from '../../core/catalog/providers/demo.ts';

/** A command line that works on a fresh start, without any provider's key. */
export const demoCall = (url: string, key: string, model: string = demoModel): string => {
  const body = JSON.stringify({ model, messages: [{ role: 'user', content: 'Hello' }] });
  return `curl ${url}/v1/chat/completions -H 'Authorization: Bearer ${key}' -H 'Content-Type: application/json' -d '${body}'`;
};
