/** Every path of OpenRouter's begins so; clients of other makers do not come this way. */
export const openrouterPrefix = '/api/v1/';

export const isOpenrouterPath = (path: string): boolean => path.startsWith(openrouterPrefix);

/** The name of an exchange at this face. */
export const generationId = (exchangeId: string): string => `gen-${exchangeId}`;

/** The exchange behind such a name, or behind its own id. */
export const exchangeOf = (generation: string): string => generation.replace(/^gen-/, '');

/** First parts of paths that are asked beside answers. */
const questions: ReadonlySet<string> = new Set([
  'models',
  'model',
  'providers',
  'endpoints',
  'embeddings',
  'key',
  'auth',
  'keys',
  'generation',
  'credits',
  'activity',
  'presets',
]);

/**
 * Whether OpenRouter's routes beside the doors are asked. Told without loading them: every call passes here. Clients of other makers ask for the list of
 * models at this address too, and say so.
 */
export const isOpenrouterQuestion = (incoming: Question): boolean => {
  const { path, method, query } = incoming;
  if (!isOpenrouterPath(path)) return false;
  const rest = path.slice(openrouterPrefix.length);
  const slash = rest.indexOf('/');
  const first = slash < 0 ? rest : rest.slice(0, slash);
  if (!questions.has(first) || (first === 'embeddings' && method === 'POST')) return false;
  if (first !== 'models' || rest.length > 'models/'.length) return true;
  const otherMaker = incoming.header('anthropic-version') ?? incoming.header('x-goog-api-key');
  return otherMaker === undefined && !/(?:^|&)client_version=/.test(query);
};

interface Question {
  readonly path: string;
  readonly method: string;
  readonly query: string;
  header(name: string): string | undefined;
}
