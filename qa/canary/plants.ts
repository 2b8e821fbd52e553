import { randomBytes } from 'node:crypto';

/** What must not be found again. */
export interface Plant {
  readonly name: string;
  readonly text: string;
}

const planted: Plant[] = [];

/** Letters and digits only, so that it is written alike in every encoding of text. */
const plant = (name: string, before = ''): string => {
  const text = `${before}cnry${randomBytes(14).toString('hex')}`;
  planted.push({ name, text });
  return text;
};

/** Of the operator: in the config file, in the environment, and sealed by the admin API. */
export const secrets = {
  masterKey: plant('master key', 'sk-'),
  providerKey: plant('a provider’s key', 'sk-'),
  echoedKey: plant('the key of a provider that repeats it in its errors', 'sk-'),
  headerSecret: plant('a secret header for a provider'),
  proxyPassword: plant('a proxy’s password'),
  alertSecret: plant('the secret of alerts'),
  hookSecret: plant('the secret of the payment hook'),
  metricsToken: plant('the token of metrics'),
  encryptionKey: plant('the encryption key'),
  keyPepper: plant('the pepper of keys'),
  ownKey: plant('an organisation’s own key for a provider', 'sk-'),
};

/** Of clients, beside their prompts. */
export const clientSecrets = {
  wrongKey: plant('a key that is none of ours', 'sk-'),
  password: plant('a password'),
  portkeyKey: plant('a key in an inline config', 'sk-'),
  memberKey: plant('a key in a body', 'sk-'),
  idempotencyKey: plant('an Idempotency-Key'),
  queryNote: plant('a word in a query'),
  headerNote: plant('a header nobody asked for'),
};

export const prompts = {
  system: plant('a system prompt'),
  user: plant('a prompt'),
  streamed: plant('a prompt of a stream'),
  toolArguments: plant('arguments of a tool'),
  toolResult: plant('a result of a tool'),
  picture: plant('a picture'),
  messages: plant('a prompt at /v1/messages'),
  gemini: plant('a prompt in Gemini’s format'),
  responses: plant('an input of responses'),
  instructions: plant('instructions'),
  embedding: plant('a text to embed'),
  document: plant('a document to rank'),
  moderated: plant('a text to moderate'),
  repeated: plant('a prompt of a call that is sent again'),
  kept: plant('a prompt of a call with a private key'),
  routed: plant('a prompt of a route'),
  failed: plant('a prompt that a provider repeats in its error'),
  cut: plant('a prompt of a stream that breaks'),
  unpaid: plant('a prompt that a budget refuses'),
};

/** Prompts in requests that are refused for what is wrong with them: the refusal names the place and not the words. */
export const malformed = {
  broken: plant('a prompt in broken JSON'),
  role: plant('words where a role should be'),
  content: plant('words where a list should be'),
  number: plant('words where a number should be'),
  named: plant('words as the name of a field'),
};

/** Made on the way: keys that were shown once. */
export const grow = (name: string, text: string): string => {
  planted.push({ name, text });
  return text;
};

export const allPlants = (): readonly Plant[] => planted;
