import type { ProviderEntry } from './provider.ts';
import { aggregators } from './providers/aggregators.ts';
import { anthropic } from './providers/anthropic.ts';
import { chinese } from './providers/chinese.ts';
import { clouds } from './providers/clouds.ts';
import { compatible } from './providers/compatible.ts';
import { demo } from './providers/demo.ts';
import { enterprise } from './providers/enterprise.ts';
import { google } from './providers/google.ts';
import { hosts } from './providers/hosts.ts';
import { labs } from './providers/labs.ts';
import { local } from './providers/local.ts';
import { ollama } from './providers/ollama.ts';
import { openai } from './providers/openai.ts';
import { plans } from './providers/plans.ts';
import { regional } from './providers/regional.ts';
import { retrieval } from './providers/retrieval.ts';

/** Every provider Sluice knows by itself, in the order in which they are listed. The config file can change and add entries. */
export const catalogue: readonly ProviderEntry[] = [
  ...openai,
  ...anthropic,
  ...google,
  ...clouds,
  ...labs,
  ...chinese,
  ...retrieval,
  ...hosts,
  ...regional,
  ...enterprise,
  ...aggregators,
  ...plans,
  ...ollama,
  ...local,
  ...compatible,
  ...demo,
];
