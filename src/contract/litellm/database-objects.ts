import { isArray, isObject, isString, type Json, type JsonObject, stringAt } from '../../core/json/json.ts';

/** The tables of LiteLLM's database that are read, by what their rows are here. */
export const litellmTables = {
  budget: { table: 'LiteLLM_BudgetTable', key: 'budget_id' },
  organization: { table: 'LiteLLM_OrganizationTable', key: 'organization_id' },
  user: { table: 'LiteLLM_UserTable', key: 'user_id' },
  aliases: { table: 'LiteLLM_ModelTable', key: 'id' },
  team: { table: 'LiteLLM_TeamTable', key: 'team_id' },
  membership: { table: 'LiteLLM_TeamMembership', key: 'user_id' },
  project: { table: 'LiteLLM_ProjectTable', key: 'project_id' },
  customer: { table: 'LiteLLM_EndUserTable', key: 'user_id' },
  tag: { table: 'LiteLLM_TagTable', key: 'tag_name' },
  key: { table: 'LiteLLM_VerificationToken', key: 'token' },
  model: { table: 'LiteLLM_ProxyModelTable', key: 'model_id' },
  credential: { table: 'LiteLLM_CredentialsTable', key: 'credential_id' },
} as const;

export type LitellmRows = Readonly<Record<keyof typeof litellmTables, readonly JsonObject[]>>;

/** An object to be made at one of LiteLLM's own routes. */
export interface WantedRow {
  readonly kind: 'organization' | 'budget' | 'user' | 'team' | 'project' | 'customer' | 'tag' | 'key';
  /** For people. */
  readonly name: string;
  readonly path: string;
  readonly body: JsonObject;
  /** Where it can be read when it is there already. */
  readonly at: { readonly method: 'GET' | 'POST'; readonly path: string; readonly body?: JsonObject };
}

export interface WantedRows {
  /** In an order in which each finds what it names. */
  readonly rows: readonly WantedRow[];
  readonly left: readonly string[];
}

const defaultOrganisation = 'default';
/** The team that LiteLLM's own pages make keys in, for a day. */
const pagesTeam = 'litellm-dashboard';

/** What a database of LiteLLM's holds, as calls that make the same here. `nowMs`: keys whose time is over are left. */
export const databaseObjects = (rows: LitellmRows, nowMs: number): WantedRows => new Reading(rows, nowMs).all();

class Reading {
  readonly #rows: LitellmRows;
  readonly #nowMs: number;
  readonly #budgets: ReadonlyMap<string, JsonObject>;
  readonly #teams: ReadonlyMap<string, JsonObject>;
  readonly #sharedBudgets = new Map<string, WantedRow>();
  readonly #left: string[] = [];

  constructor(rows: LitellmRows, nowMs: number) {
    this.#rows = rows;
    this.#nowMs = nowMs;
    this.#budgets = new Map(rows.budget.map((row) => [textOf(row, 'budget_id'), row]));
    this.#teams = new Map(rows.team.map((row) => [textOf(row, 'team_id'), row]));
  }

  all(): WantedRows {
    const { organization, team, project, customer, tag, key, model, credential } = this.#rows;
    const organisations = organization.map((row) => this.#organisation(row));
    const teams = team.map((row) => this.#team(row));
    const keys = key.flatMap((row) => this.#key(row));
    const others = [
      ...project.map((row) => this.#project(row)),
      ...customer.map((row) => this.#customer(row)),
      ...tag.map((row) => this.#tag(row)),
    ];
    const users = this.#users();
    if (model.length > 0)
      this.#left.push(`${model.length} models: their settings are sealed; write them into the config file`);
    if (credential.length > 0) this.#left.push(`${credential.length} credentials: they are sealed; set them anew`);
    return {
      rows: [...organisations, ...this.#sharedBudgets.values(), ...users, ...teams, ...others, ...keys],
      left: this.#left,
    };
  }

  #organisation(row: JsonObject): WantedRow {
    const id = textOf(row, 'organization_id');
    const body = {
      organization_id: id,
      ...present(row, ['organization_alias', 'models', 'metadata']),
      ...this.#heldBy(row),
    };
    return {
      kind: 'organization',
      name: id,
      path: '/organization/new',
      body,
      at: { method: 'GET', path: `/organization/info?organization_id=${encodeURIComponent(id)}` },
    };
  }

  /** A user is known in every organisation where a team or a key names it. */
  #users(): readonly WantedRow[] {
    const { user, key, team } = this.#rows;
    const places = new Map<string, Set<string>>();
    const add = (id: string, orgId: string): void => {
      places.set(id, (places.get(id) ?? new Set()).add(orgId));
    };
    for (const row of key) if (stringAt(row, 'user_id') !== undefined) add(textOf(row, 'user_id'), this.#orgOfKey(row));
    for (const row of team) for (const { user_id: id } of membersOf(row)) add(String(id), orgOf(row));
    return user.flatMap((row) => {
      const id = textOf(row, 'user_id');
      const found = new Set([...(places.get(id) ?? []), orgOf(row)]);
      return [...found].map((orgId) => this.#user(row, orgId));
    });
  }

  #user(row: JsonObject, orgId: string): WantedRow {
    const id = textOf(row, 'user_id');
    const body = {
      user_id: id,
      organization_id: orgId,
      auto_create_key: false,
      ...present(row, ['user_alias', 'user_email', 'user_role', 'models', 'metadata', 'sso_user_id']),
      ...heldOf(row),
    };
    const query = `user_id=${encodeURIComponent(id)}&organization_id=${encodeURIComponent(orgId)}`;
    return { kind: 'user', name: id, path: '/user/new', body, at: { method: 'GET', path: `/user/info?${query}` } };
  }

  #team(row: JsonObject): WantedRow {
    const id = textOf(row, 'team_id');
    const members = membersOf(row).map((member) => ({ ...member, ...this.#memberHeld(id, String(member['user_id'])) }));
    const aliases = this.#rows.aliases.find((one) => one['id'] !== undefined && one['id'] === row['model_id']);
    const named = aliases?.['aliases'];
    const body = {
      team_id: id,
      organization_id: orgOf(row),
      ...present(row, ['team_alias', 'models', 'metadata', 'blocked']),
      ...present(row, ['team_member_permissions', 'access_group_ids', 'policies', 'router_settings']),
      ...(members.length === 0 ? {} : { members_with_roles: members }),
      ...(named !== undefined && isObject(named) && Object.keys(named).length > 0 ? { model_aliases: named } : {}),
      ...heldOf(row),
    };
    const query = `team_id=${encodeURIComponent(id)}&organization_id=${encodeURIComponent(orgOf(row))}`;
    return { kind: 'team', name: id, path: '/team/new', body, at: { method: 'GET', path: `/team/info?${query}` } };
  }

  #memberHeld(teamId: string, userId: string): JsonObject {
    const membership = this.#rows.membership.find(
      (one) => one['team_id'] === teamId && one['user_id'] === userId && isString(one['budget_id']),
    );
    const budget = membership === undefined ? undefined : this.#budgets.get(textOf(membership, 'budget_id'));
    if (budget === undefined) return {};
    const { max_budget: max, ...held } = heldOf(budget);
    return { ...(max === undefined ? {} : { max_budget_in_team: max }), ...pick(held, memberMembers) };
  }

  #project(row: JsonObject): WantedRow {
    const id = textOf(row, 'project_id');
    const team = this.#teams.get(textOf(row, 'team_id'));
    const orgId = team === undefined ? defaultOrganisation : orgOf(team);
    const body = {
      project_id: id,
      organization_id: orgId,
      ...present(row, ['project_alias', 'description', 'team_id', 'models', 'metadata', 'blocked']),
      ...pick(row, ['model_rpm_limit', 'model_tpm_limit']),
      ...this.#budgetOf(row, orgId),
    };
    const query = `project_id=${encodeURIComponent(id)}&organization_id=${encodeURIComponent(orgId)}`;
    return {
      kind: 'project',
      name: id,
      path: '/project/new',
      body,
      at: { method: 'GET', path: `/project/info?${query}` },
    };
  }

  #customer(row: JsonObject): WantedRow {
    const id = textOf(row, 'user_id');
    const body = {
      user_id: id,
      ...present(row, ['alias', 'blocked', 'default_model', 'allowed_model_region']),
      ...this.#budgetOf(row, defaultOrganisation),
    };
    const path = `/customer/info?end_user_id=${encodeURIComponent(id)}`;
    return { kind: 'customer', name: id, path: '/customer/new', body, at: { method: 'GET', path } };
  }

  #tag(row: JsonObject): WantedRow {
    const name = textOf(row, 'tag_name');
    const body = {
      name,
      ...present(row, ['description', 'models', 'model_info']),
      ...this.#budgetOf(row, defaultOrganisation),
    };
    return {
      kind: 'tag',
      name,
      path: '/tag/new',
      body,
      at: { method: 'POST', path: '/tag/info', body: { names: [name] } },
    };
  }

  #key(row: JsonObject): readonly WantedRow[] {
    const token = textOf(row, 'token');
    const alias = stringAt(row, 'key_alias') ?? stringAt(row, 'key_name') ?? token.slice(0, 12);
    const expires = stringAt(row, 'expires');
    if (row['team_id'] === pagesTeam) return [];
    if (!/^[0-9a-f]{64}$/.test(token)) {
      this.#left.push(`key ${alias}: its token is no SHA-256`);
      return [];
    }
    if (expires !== undefined && Date.parse(expires) <= this.#nowMs) {
      this.#left.push(`key ${alias}: its time is over since ${expires}`);
      return [];
    }
    const orgId = this.#orgOfKey(row);
    const metadata = row['metadata'] !== undefined && isObject(row['metadata']) ? row['metadata'] : {};
    const body = {
      token,
      organization_id: orgId,
      ...present(row, ['key_name', 'key_alias', 'expires', 'models', 'aliases', 'user_id', 'team_id', 'project_id']),
      ...present(row, ['blocked', 'metadata', 'allowed_routes', 'config', 'permissions', 'allowed_cache_controls']),
      ...present(row, [
        'router_settings',
        'policies',
        'access_group_ids',
        'agent_id',
        'auto_rotate',
        'rotation_interval',
      ]),
      ...pick(metadata, ['model_rpm_limit', 'model_tpm_limit']),
      ...heldOf(row),
      ...this.#budgetOf(row, orgId),
    };
    return [
      { kind: 'key', name: alias, path: '/key/generate', body, at: { method: 'GET', path: `/key/info?key=${token}` } },
    ];
  }

  #orgOfKey(row: JsonObject): string {
    const team = this.#teams.get(textOf(row, 'team_id'));
    return stringAt(row, 'organization_id') ?? (team === undefined ? defaultOrganisation : orgOf(team));
  }

  #heldBy(row: JsonObject): JsonObject {
    const budget = this.#budgets.get(textOf(row, 'budget_id'));
    return budget === undefined ? {} : heldOf(budget);
  }

  /** Budgets that objects name stand in the organisation of those objects. */
  #budgetOf(row: JsonObject, orgId: string): JsonObject {
    const id = stringAt(row, 'budget_id');
    const budget = id === undefined ? undefined : this.#budgets.get(id);
    if (id === undefined || budget === undefined) return {};
    this.#sharedBudgets.set(`${orgId} ${id}`, {
      kind: 'budget',
      name: id,
      path: '/budget/new',
      body: { budget_id: id, organization_id: orgId, ...heldOf(budget) },
      at: { method: 'POST', path: '/budget/info', body: { budgets: [id], organization_id: orgId } },
    });
    return { budget_id: id };
  }
}

const memberMembers = ['budget_duration', 'rpm_limit', 'tpm_limit'] as const;

const held = [
  ...['max_budget', 'soft_budget', 'budget_duration', 'budget_limits', 'model_max_budget'],
  ...['tpm_limit', 'rpm_limit', 'max_parallel_requests'],
] as const;

/** Budgets and limits of a row; a span without an amount says nothing. */
const heldOf = (row: JsonObject): JsonObject => {
  const { budget_duration: span, ...found } = present(row, held);
  const spends = found['max_budget'] !== undefined || found['soft_budget'] !== undefined;
  return { ...found, ...(span === undefined || !spends ? {} : { budget_duration: span }) };
};

const textOf = (row: JsonObject, name: string): string => stringAt(row, name) ?? '';

const orgOf = (row: JsonObject): string => stringAt(row, 'organization_id') ?? defaultOrganisation;

const isEmpty = (value: Json): boolean =>
  value === null || (isArray(value) && value.length === 0) || (isObject(value) && Object.keys(value).length === 0);

/** The members that say something. */
const present = (row: JsonObject, names: readonly string[]): JsonObject =>
  Object.fromEntries(names.flatMap((name) => (isEmpty(row[name] ?? null) ? [] : [[name, row[name]]]))) as JsonObject;

const pick = present;

/** Members of a team, by role where the table has roles. */
const membersOf = (row: JsonObject): readonly JsonObject[] => {
  const listed = row['members_with_roles'];
  const withRoles = listed !== undefined && isArray(listed) ? listed.filter(isObject) : [];
  const plain = (name: string, role: string): readonly JsonObject[] => {
    const ids = row[name];
    return ids !== undefined && isArray(ids) ? ids.filter(isString).map((id) => ({ user_id: id, role })) : [];
  };
  const all = [...plain('members', 'user'), ...plain('admins', 'admin'), ...withRoles].filter(
    (member) => isString(member['user_id']) && member['user_id'] !== '',
  );
  const roles = new Map(
    all.map((member) => [member['user_id'], member['role'] === 'admin' ? 'admin' : 'user'] as const),
  );
  return [...roles].map(([id, role]) => ({ user_id: String(id), role }));
};
