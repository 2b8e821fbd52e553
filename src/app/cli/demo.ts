import { endSignal } from '../launch/end-signal.ts';
import { portOf } from '../launch/launch-settings.ts';
import { exitCodes, type Given, type Terminal } from './command.ts';

const usualPort = 4010;

/** Starts simulated providers of every dialect, and prints how to call them, straight and through Sluice. */
export const demo = async (given: Given, terminal: Terminal): Promise<number> => {
  const port = portOf('--port', given.flags['port']) ?? usualPort;
  const { simulatedModels, startSimulator } = await import('../../simulators/index.ts');
  const simulator = startSimulator({ port });
  const [model] = simulatedModels;
  terminal.out(
    `Simulated providers of every format answer on ${simulator.url}, with any key. Models: ${simulatedModels.join(', ')}.`,
  );
  for (const line of callsOf(simulator.url, model)) terminal.out(line);
  await endSignal();
  simulator.stop();
  return exitCodes.ok;
};

const callsOf = (url: string, model: string): readonly string[] => {
  const json = `-H 'content-type: application/json'`;
  const messages = [{ role: 'user', content: 'Hello' }];
  const chat = JSON.stringify({ model, messages });
  const streamed = JSON.stringify({ model, messages, max_tokens: 100, stream: true });
  return [
    '',
    `curl ${url}/v1/chat/completions -H 'authorization: Bearer x' ${json} -d '${chat}'`,
    `curl -N ${url}/v1/messages -H 'x-api-key: x' -H 'anthropic-version: 2023-06-01' ${json} -d '${streamed}'`,
    '',
    'To put Sluice before them, write this to sluice.yaml and run `sluice start`:',
    '',
    'providers:',
    `  - { id: openai, base_url: "${url}/v1", api_key: x }`,
    `  - { id: anthropic, base_url: "${url}", api_key: x }`,
    `  - { id: gemini, base_url: "${url}", api_key: x }`,
    '',
    `Then every client can call "openai/${model}", "anthropic/${model}" and "gemini/${model}".`,
  ];
};
