import type { JsonObject } from '../json/json.ts';

/** A budget as it is kept and shown. Its counter goes by scope, window and models, so that another limit does not forget what was spent. */
export interface BudgetDocument {
  /** Decimal dollars, up to nine digits behind the point. */
  readonly limit_usd: string;
  readonly window: 'hour' | 'day' | 'week' | 'month' | 'lifetime' | { readonly rolling_days: number };
  /** IANA name; `UTC` when absent. */
  readonly time_zone?: string | undefined;
  /** Patterns over `provider/model`; absent: every call counts. */
  readonly models?: readonly string[] | undefined;
  /** Refuses nothing: passing it is told. */
  readonly soft?: boolean | undefined;
  readonly raise?: { readonly usd: string; readonly until: string } | undefined;
}

/** Rate limits of one scope; with `models`, of the calls of those only. Several may hold at once. */
export interface LimitDocument {
  readonly models?: readonly string[] | undefined;
  readonly requests_per_minute?: number | undefined;
  readonly requests_per_day?: number | undefined;
  readonly tokens_per_minute?: number | undefined;
  readonly input_tokens_per_minute?: number | undefined;
  readonly output_tokens_per_minute?: number | undefined;
  readonly parallel_requests?: number | undefined;
}

/** What was paid beforehand: made by top-ups, and by nothing else. */
export interface CreditDocument {
  readonly id: string;
  /** What may be spent of it, in all. */
  readonly usd: string;
  readonly created_at: string;
  readonly expires_at?: string | undefined;
  /** What was paid for it, of which a fee was taken. */
  readonly paid_usd?: string | undefined;
  readonly fee_usd?: string | undefined;
  readonly note?: string | undefined;
  /** Who did it. */
  readonly actor: string;
}

/** What every object may carry. */
interface NotedDocument {
  readonly description?: string | undefined;
  readonly metadata?: JsonObject | undefined;
  /** What the manners of another product keep here. Shown, never read by Sluice itself. */
  readonly extras?: JsonObject | undefined;
}

/** What every scope may carry. */
export interface ScopeDocument extends NotedDocument {
  readonly budgets?: readonly BudgetDocument[] | undefined;
  /** A `budget` object whose budgets and limits hold here too, each with a counter of this scope's own. */
  readonly budget_id?: string | undefined;
  readonly limits?: readonly LimitDocument[] | undefined;
  /** There since the first top-up: only this may be spent. */
  readonly credits?: readonly CreditDocument[] | undefined;
  /** Names, patterns and names of access groups; absent: no bound; empty: none. */
  readonly models?: readonly string[] | undefined;
  readonly blocked?: boolean | undefined;
  /** What its calls are answered is kept nowhere, also not for an Idempotency-Key. */
  readonly private?: boolean | undefined;
}

export type OrganisationDocument = ScopeDocument;

export interface MemberDocument {
  readonly user_id: string;
  readonly role: 'admin' | 'member';
  readonly budgets?: readonly BudgetDocument[] | undefined;
  readonly limits?: readonly LimitDocument[] | undefined;
}

export interface TeamDocument extends ScopeDocument {
  readonly members?: readonly MemberDocument[] | undefined;
  /** The team's own names for models, under those of its keys. */
  readonly model_aliases?: Readonly<Record<string, string>> | undefined;
}

export interface ProjectDocument extends ScopeDocument {
  readonly team_id?: string | undefined;
}

export interface UserDocument extends ScopeDocument {
  readonly email?: string | undefined;
}

/** An end user of a caller's. The id is what the caller sends. */
export type CustomerDocument = ScopeDocument;
/** The id is the tag itself. */
export type TagDocument = ScopeDocument;

export interface AdminGrantDocument {
  readonly of: 'organisation' | 'team';
  readonly access: 'read' | 'write';
}

export interface KeyDocument extends ScopeDocument {
  readonly team_id?: string | undefined;
  readonly project_id?: string | undefined;
  readonly user_id?: string | undefined;
  readonly model_aliases?: Readonly<Record<string, string>> | undefined;
  readonly access_groups?: readonly string[] | undefined;
  readonly expires_at?: string | undefined;
  /** Operations (`chat`) and path patterns (`/v1/embeddings`, `/v1/*`); absent: all. */
  readonly routes?: readonly string[] | undefined;
  /** Addresses and ranges (`10.0.0.0/8`) that calls may come from; absent: all. */
  readonly addresses?: readonly string[] | undefined;
  /** Settings of a chat request, by common name, used where the client says nothing. */
  readonly defaults?: JsonObject | undefined;
  /** Every call of this key carries them. */
  readonly tags?: readonly string[] | undefined;
  /** Makes it a key for the admin API instead of one for calls. */
  readonly admin?: AdminGrantDocument | undefined;
  /** What of the key may be shown: its beginning and its last characters. */
  readonly shown: string;
}

export interface BudgetObjectDocument extends NotedDocument {
  readonly budgets?: readonly BudgetDocument[] | undefined;
  readonly limits?: readonly LimitDocument[] | undefined;
}

export interface AccessGroupDocument extends NotedDocument {
  readonly models: readonly string[];
}

/** A key of a provider's, used for the calls of its organisation. The secret itself is sealed elsewhere and never shown. */
export interface CredentialDocument extends NotedDocument {
  /** The provider's id. */
  readonly provider: string;
  /** The end of the secret. */
  readonly shown: string;
  readonly blocked?: boolean | undefined;
  /** It is used where a call names it and nowhere else; without, it takes the place of the installation's key. */
  readonly only_named?: boolean | undefined;
}

/** A tree of targets that calls name by its id: what else they would send inline, in the words of such trees. */
export interface ConfigDocument extends NotedDocument {
  readonly config: JsonObject;
  /** Calls that name it are refused. */
  readonly blocked?: boolean | undefined;
}

/** A model that is served beside those of the config file, in LiteLLM's words. Its secrets are sealed elsewhere and never shown. */
export interface DeploymentDocument extends NotedDocument {
  /** What clients write; several with one name are balanced. */
  readonly name: string;
  /** `model`, `api_base` and the like. */
  readonly params: JsonObject;
  readonly blocked?: boolean | undefined;
}

/** Members of a request that calls name by the preset's id; what a call says itself wins. */
export interface PresetDocument extends NotedDocument {
  readonly config: JsonObject;
  /** Calls that name it are refused. */
  readonly blocked?: boolean | undefined;
}

/** By kind. */
export interface Documents {
  readonly organisation: OrganisationDocument;
  readonly team: TeamDocument;
  readonly project: ProjectDocument;
  readonly user: UserDocument;
  readonly customer: CustomerDocument;
  readonly tag: TagDocument;
  readonly key: KeyDocument;
  readonly budget: BudgetObjectDocument;
  readonly 'access-group': AccessGroupDocument;
  readonly credential: CredentialDocument;
  readonly config: ConfigDocument;
  readonly deployment: DeploymentDocument;
  readonly preset: PresetDocument;
}
