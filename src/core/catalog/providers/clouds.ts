import { awsRegion } from '../cloud-credentials.ts';
import type { ModelManners, ProviderEntry, ServedBy } from '../provider.ts';
import { anthropic } from './anthropic.ts';

const azureVariables = {
  resource: {
    about: 'the name of the Azure resource',
    env: ['AZURE_OPENAI_RESOURCE', 'AZURE_RESOURCE_NAME', 'AZURE_OPENAI_RESOURCE_NAME'],
  },
};
const apiVersion = (preset: string) => ({
  about: 'the version of the API',
  env: ['AZURE_OPENAI_API_VERSION', 'AZURE_API_VERSION', 'OPENAI_API_VERSION'],
  preset,
});

/** Google Cloud, in a location. `global` has no prefix; `us` and `eu` are served at addresses of their own. */
const vertexAddress = {
  baseUrl: 'https://{location}-aiplatform.googleapis.com',
  baseUrlCases: [
    { variable: 'location', values: ['global'], baseUrl: 'https://aiplatform.googleapis.com' },
    { variable: 'location', values: ['us', 'eu'], baseUrl: 'https://aiplatform.{location}.rep.googleapis.com' },
  ],
  variables: {
    project: {
      about: 'a Google Cloud project',
      env: ['GOOGLE_CLOUD_PROJECT', 'GOOGLE_VERTEX_PROJECT', 'VERTEXAI_PROJECT', 'ANTHROPIC_VERTEX_PROJECT_ID'],
    },
    location: {
      about: 'a Google Cloud location',
      env: ['GOOGLE_CLOUD_LOCATION', 'GOOGLE_VERTEX_LOCATION', 'VERTEXAI_LOCATION', 'CLOUD_ML_REGION'],
      preset: 'global',
    },
    // Recorded traffic shows ids of calls and other newer members taken at this version; the older one does not know them all.
    api_version: { about: 'the version of the API', env: [], preset: 'v1beta1' },
  },
} as const satisfies Partial<ProviderEntry>;

const vertexPath = '/projects/{project}/locations/{location}/publishers';
const geminiPath = `/{api_version}${vertexPath}/google/models/{model}`;
const claudePath = `/v1${vertexPath}/anthropic/models`;

const geminiModels = [
  'gemini-3.1-pro-preview',
  'gemini-3-flash-preview',
  'gemini-2.5-pro',
  'gemini-2.5-flash',
] as const;

/** Names of Claude's models at Amazon: `us.anthropic.claude-…-v1:0`, also behind the resource name of an inference profile. */
const claudeAtAmazon = 'anthropic\\.claude-';

/** Betas that Amazon takes; it refuses a call that names another. */
const amazonBetas =
  '^(computer-use|interleaved-thinking|token-efficient-tools|output-128k|dev-full-thinking|context-1m|context-management|effort|tool-search-tool|tool-examples)-';

/** Claude in its own format (InvokeModel), so that clients of that format keep all of it. */
export const claudeOnBedrock = {
  dialect: 'anthropic-messages',
  path: '/model/{model}/invoke',
  streamPath: '/model/{model}/invoke-with-response-stream',
  framing: 'aws-chunks',
  headerMembers: [{ header: 'anthropic-beta', member: 'anthropic_beta', values: amazonBetas }],
  models: claudeAtAmazon,
} as const satisfies ServedBy;

/** Models of search in their makers' formats; the answer's header counts tokens. */
const invoked = { path: '/model/{model}/invoke', countHeader: 'x-amzn-bedrock-input-token-count' } as const;

/** What an encoder must know about Claude's models, under Amazon's names. */
export const claudeMannersOnBedrock: readonly ModelManners[] = anthropic[0].manners.map((manners) => ({
  ...manners,
  models: manners.models.replace('^claude-', claudeAtAmazon).replaceAll('$', '(-v\\d|$)'),
}));

/** What an encoder must know about the models behind Converse: their words for thinking, and whether they keep prefixes. */
const converseManners: readonly ModelManners[] = [
  { models: claudeAtAmazon, traits: ['thinking-fields'] },
  { models: 'amazon\\.nova-2', traits: ['reasoning-config'] },
  { models: 'amazon\\.nova-(micro|lite|pro|premier)', traits: ['nested-top-k'] },
  { models: 'qwen\\.qwen3', traits: ['reasoning-word'] },
  { models: 'openai\\.gpt-oss', traits: ['reasoning-effort'] },
  // What stands behind a resource name is not known.
  { models: '^(?!arn:|.*(anthropic\\.claude-|amazon\\.nova))', traits: ['no-cache-points'] },
];

/** Amazon's names: a maker, before it perhaps the region of an inference profile; or the resource name of one. */
const amazonNames =
  '^(((us|eu|apac|jp|au|ca|global|us-gov)\\.)?(ai21|amazon|anthropic|cohere|deepseek|google|luma|meta|minimax|mistral|moonshot|nvidia|openai|qwen|stability|twelvelabs|writer|zai)\\.[a-z]|arn:aws[a-z-]*:bedrock:)';

/** Clouds that run other companies' models in accounts of their customers: an address for each resource or project, and credentials of the cloud. */
export const clouds = [
  {
    id: 'azure',
    aliases: ['azure-openai'],
    title: 'Azure OpenAI',
    baseUrl: 'https://{resource}.openai.azure.com/openai',
    baseUrlEnv: ['AZURE_OPENAI_ENDPOINT', 'AZURE_API_BASE'],
    variables: azureVariables,
    auth: { kind: 'azure', env: ['AZURE_OPENAI_API_KEY', 'AZURE_API_KEY'] },
    serves: {
      // A model's name is whatever its deployment is called. Every deployment that can chat has this; not every one has Responses.
      chat: [
        { dialect: 'openai-chat', path: '/v1/chat/completions' },
        { dialect: 'openai-responses', path: '/v1/responses' },
      ],
      embeddings: [{ dialect: 'openai-chat', path: '/v1/embeddings' }],
    },
    evidence: 'recorded',
  },
  {
    id: 'azure-deployments',
    title: 'Azure OpenAI, dated API versions',
    baseUrl: 'https://{resource}.openai.azure.com/openai',
    baseUrlEnv: ['AZURE_OPENAI_ENDPOINT', 'AZURE_API_BASE'],
    variables: { ...azureVariables, api_version: apiVersion('2024-10-21') },
    auth: { kind: 'azure', env: ['AZURE_OPENAI_API_KEY', 'AZURE_API_KEY'] },
    serves: {
      chat: [
        { dialect: 'openai-chat', path: '/deployments/{model}/chat/completions?api-version={api_version}' },
        { dialect: 'openai-completions', path: '/deployments/{model}/completions?api-version={api_version}' },
      ],
      embeddings: [{ dialect: 'openai-chat', path: '/deployments/{model}/embeddings?api-version={api_version}' }],
    },
    evidence: 'recorded',
  },
  {
    id: 'azure-foundry',
    aliases: ['azure_ai', 'azure-ai'],
    title: 'Azure AI Foundry',
    baseUrl: 'https://{resource}.services.ai.azure.com',
    baseUrlEnv: ['AZURE_AI_ENDPOINT', 'AZURE_AI_API_BASE'],
    variables: {
      resource: { about: 'the name of the Azure resource', env: ['AZURE_AI_RESOURCE', 'ANTHROPIC_FOUNDRY_RESOURCE'] },
    },
    auth: { kind: 'azure', env: ['AZURE_AI_API_KEY', 'ANTHROPIC_FOUNDRY_API_KEY'] },
    headers: { 'anthropic-version': '2023-06-01' },
    serves: {
      chat: [
        { dialect: 'anthropic-messages', path: '/anthropic/v1/messages', models: '^claude-' },
        { dialect: 'openai-chat', path: '/openai/v1/chat/completions', models: '^(?!claude-)' },
        { dialect: 'openai-responses', path: '/openai/v1/responses', models: '^(?!claude-)' },
      ],
      embeddings: [{ dialect: 'openai-chat', path: '/openai/v1/embeddings' }],
      'count-tokens': [
        { dialect: 'anthropic-messages', path: '/anthropic/v1/messages/count_tokens', models: '^claude-' },
      ],
    },
    manners: anthropic[0].manners,
    evidence: 'recorded',
  },
  {
    id: 'azure-inference',
    title: 'Azure AI model inference',
    baseUrl: 'https://{resource}.services.ai.azure.com/models',
    baseUrlEnv: ['AZURE_INFERENCE_ENDPOINT'],
    variables: {
      resource: { about: 'the name of the Azure resource', env: ['AZURE_AI_RESOURCE'] },
      api_version: { ...apiVersion('2024-05-01-preview'), env: [] },
    },
    auth: { kind: 'azure', env: ['AZURE_INFERENCE_CREDENTIAL', 'AZURE_AI_API_KEY'] },
    serves: {
      chat: [{ dialect: 'openai-chat', path: '/chat/completions?api-version={api_version}' }],
      embeddings: [{ dialect: 'openai-chat', path: '/embeddings?api-version={api_version}' }],
    },
    quirks: ['max-tokens-old-name', 'developer-as-system'],
    evidence: 'recorded',
  },
  {
    id: 'bedrock',
    aliases: ['amazon-bedrock', 'aws-bedrock', 'bedrock_converse'],
    title: 'Amazon Bedrock',
    baseUrl: 'https://bedrock-runtime.{region}.amazonaws.com',
    baseUrlEnv: ['AWS_ENDPOINT_URL_BEDROCK_RUNTIME', 'AWS_BEDROCK_RUNTIME_ENDPOINT'],
    variables: { region: awsRegion },
    auth: { kind: 'aws', service: 'bedrock', env: ['AWS_BEARER_TOKEN_BEDROCK'] },
    serves: {
      chat: [
        claudeOnBedrock,
        { dialect: 'bedrock-converse', path: '/model/{model}/converse', streamPath: '/model/{model}/converse-stream' },
      ],
      'count-tokens': [{ dialect: 'bedrock-converse', path: '/model/{model}/count-tokens', models: claudeAtAmazon }],
      embeddings: [
        { ...invoked, dialect: 'amazon-titan', models: 'amazon\\.titan-embed', inputsPerCall: 1 },
        { ...invoked, dialect: 'cohere', models: 'cohere\\.embed', inputsPerCall: 96 },
      ],
      rerank: [{ ...invoked, dialect: 'cohere', models: 'cohere\\.rerank' }],
    },
    quirks: ['anthropic-on-bedrock', 'cohere-on-bedrock'],
    manners: [...claudeMannersOnBedrock, ...converseManners],
    owns: amazonNames,
    models: [
      'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
      'us.anthropic.claude-haiku-4-5-20251001-v1:0',
      'us.anthropic.claude-sonnet-4-6',
      'us.amazon.nova-2-lite-v1:0',
      'us.amazon.nova-pro-v1:0',
      'us.amazon.nova-lite-v1:0',
      'us.amazon.nova-micro-v1:0',
      'us.meta.llama4-maverick-17b-instruct-v1:0',
      'qwen.qwen3-32b-v1:0',
      'openai.gpt-oss-120b-1:0',
      'us.deepseek.r1-v1:0',
      'amazon.titan-embed-text-v2:0',
      'cohere.embed-v4:0',
      'cohere.rerank-v3-5:0',
    ],
    evidence: 'recorded',
  },
  {
    id: 'vertex',
    aliases: ['vertex_ai', 'vertex-ai', 'google-vertex'],
    title: 'Google Vertex AI',
    ...vertexAddress,
    auth: { kind: 'google', env: [] },
    serves: {
      chat: [
        {
          dialect: 'anthropic-messages',
          path: `${claudePath}/{model}:rawPredict`,
          streamPath: `${claudePath}/{model}:streamRawPredict`,
          models: '^claude-',
        },
        { dialect: 'gemini', path: `${geminiPath}:{method}`, models: '^(?!claude-)' },
      ],
      'count-tokens': [
        {
          dialect: 'anthropic-messages',
          path: `${claudePath}/count-tokens:rawPredict`,
          models: '^claude-',
        },
        { dialect: 'gemini', path: `${geminiPath}:countTokens`, models: '^(?!claude-)' },
      ],
      embeddings: [
        { dialect: 'gemini', path: `${geminiPath}:embedContent`, models: '^gemini-embedding-2', inputsPerCall: 1 },
        { dialect: 'vertex-predict', path: `${geminiPath}:predict`, models: '^gemini-embedding-001', inputsPerCall: 1 },
        { dialect: 'vertex-predict', path: `${geminiPath}:predict`, models: '^text-', inputsPerCall: 250 },
      ],
    },
    quirks: ['anthropic-on-vertex', 'flat-count-tokens'],
    manners: [{ models: '^gemini-3', traits: ['thinking-levels'] }, ...anthropic[0].manners],
    models: [...geminiModels, 'gemini-embedding-2', 'gemini-embedding-001', 'text-embedding-005'],
    evidence: 'recorded',
  },
  {
    id: 'vertex-express',
    title: 'Google Vertex AI in express mode',
    baseUrl: 'https://aiplatform.googleapis.com/{api_version}',
    variables: { api_version: vertexAddress.variables.api_version },
    auth: { kind: 'header', name: 'x-goog-api-key', env: ['GOOGLE_VERTEX_API_KEY', 'VERTEX_API_KEY'] },
    serves: {
      chat: [{ dialect: 'gemini', path: '/publishers/google/models/{model}:{method}' }],
      'count-tokens': [{ dialect: 'gemini', path: '/publishers/google/models/{model}:countTokens' }],
    },
    quirks: ['flat-count-tokens'],
    manners: [{ models: '^gemini-3', traits: ['thinking-levels'] }],
    models: geminiModels,
    evidence: 'documented',
  },
] as const satisfies readonly ProviderEntry[];
