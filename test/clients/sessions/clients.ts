import type { ClientPackage } from '../../support/install-client.ts';

/** Where one session happens: an empty home folder with a workspace in it, and the gateway. */
export interface Place {
  readonly url: string;
  readonly key: string;
  readonly model: string;
  readonly workspace: string;
}

/** A call of a tool as the simulated model makes it. */
export interface ToolUse {
  readonly name: string;
  readonly arguments: object;
}

/** A client that works without a window: how it is told about the gateway, and which of its tools reads a file. */
export interface CommandLineClient {
  readonly package: ClientPackage;
  /** Files of the home folder, by their path in it. */
  settings?(place: Place): Readonly<Record<string, string>>;
  environment(place: Place): Readonly<Record<string, string>>;
  words(place: Place, prompt: string): readonly string[];
  /** How it reads `note.txt` of its workspace. */
  reads(place: Place): ToolUse;
}

const codexSettings = ({ url, model }: Place, key: string): string => `
model = "${model}"
model_provider = "sluice"
approval_policy = "never"
sandbox_mode = "danger-full-access"
[model_providers.sluice]
name = "Sluice"
base_url = "${url}/v1"
wire_api = "responses"
${key}
`;

export const codex: CommandLineClient = {
  package: { from: 'npm', name: '@openai/codex', version: '0.169.0', program: 'codex' },
  settings: (place) => ({ '.codex/config.toml': codexSettings(place, 'env_key = "SLUICE_KEY"') }),
  environment: ({ key }) => ({ SLUICE_KEY: key }),
  words: (_, prompt) => ['exec', '--skip-git-repo-check', '--json', prompt],
  reads: () => ({ name: 'exec_command', arguments: { cmd: 'cat note.txt' } }),
};

/** The same, but its key comes from a command: then it asks for the gateway's models. */
export const codexWithModels: CommandLineClient = {
  ...codex,
  settings: (place) => ({
    '.codex/config.toml': codexSettings(
      place,
      `[model_providers.sluice.auth]\ncommand = "echo"\nargs = ["${place.key}"]`,
    ),
  }),
};

export const claudeCode: CommandLineClient = {
  package: {
    from: 'npm',
    name: '@anthropic-ai/claude-code',
    version: '2.1.197',
    program: 'claude',
    script: 'install.cjs',
  },
  environment: ({ url, key, model }) => ({
    ANTHROPIC_BASE_URL: url,
    ANTHROPIC_AUTH_TOKEN: key,
    ANTHROPIC_MODEL: model,
    ANTHROPIC_SMALL_FAST_MODEL: model,
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    DISABLE_AUTOUPDATER: '1',
  }),
  words: (_, prompt) => ['-p', prompt, '--output-format', 'json', '--allowedTools', 'Read'],
  reads: ({ workspace }) => ({ name: 'Read', arguments: { file_path: `${workspace}/note.txt` } }),
};

export const geminiCli: CommandLineClient = {
  package: { from: 'npm', name: '@google/gemini-cli', version: '0.61.0', program: 'gemini' },
  settings: () => ({
    '.gemini/settings.json': JSON.stringify({ security: { auth: { selectedType: 'gemini-api-key' } } }),
  }),
  environment: ({ url, key }) => ({
    GEMINI_API_KEY: key,
    GOOGLE_GEMINI_BASE_URL: url,
    GEMINI_CLI_TRUST_WORKSPACE: 'true',
  }),
  words: ({ model }, prompt) => ['-m', model, '-y', '-p', prompt, '--output-format', 'json'],
  reads: () => ({ name: 'read_file', arguments: { file_path: 'note.txt' } }),
};

export const opencode: CommandLineClient = {
  package: {
    from: 'npm',
    name: 'opencode-ai',
    version: '1.18.33',
    program: 'opencode',
    script: 'postinstall.mjs',
  },
  settings: ({ url, key, model }) => ({
    '.config/opencode/opencode.json': JSON.stringify({
      autoupdate: false,
      share: 'disabled',
      provider: {
        sluice: {
          npm: '@ai-sdk/openai-compatible',
          name: 'Sluice',
          options: { baseURL: `${url}/v1`, apiKey: key },
          models: { [model]: { name: model } },
        },
      },
    }),
  }),
  environment: () => ({ OPENCODE_DISABLE_AUTOUPDATE: '1', OPENCODE_DISABLE_MODELS_FETCH: '1' }),
  words: ({ model }, prompt) => ['run', '-m', `sluice/${model}`, prompt],
  reads: ({ workspace }) => ({ name: 'read', arguments: { filePath: `${workspace}/note.txt` } }),
};

/** It has no tools: it reads changes from the answer's text. */
export const aider: Omit<CommandLineClient, 'reads'> = {
  package: { from: 'pypi', name: 'aider-chat', version: '0.86.2', program: 'aider' },
  environment: ({ url, key }) => ({ OPENAI_API_BASE: `${url}/v1`, OPENAI_API_KEY: key }),
  words: ({ model }, prompt) => [
    '--model',
    `openai/${model}`,
    '--no-git',
    '--yes-always',
    '--no-show-model-warnings',
    '--no-check-update',
    '--no-show-release-notes',
    '--analytics-disable',
    '--auto-test',
    '--test-cmd',
    'grep 4713 note.txt',
    '--message',
    prompt,
    'note.txt',
  ],
};
