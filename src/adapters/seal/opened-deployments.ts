import type { DeploymentDocument } from '../../core/access/documents.ts';
import { isObject, type Json } from '../../core/json/json.ts';
import type { AddedModels, Deployment, Deployments } from '../../ports/access/deployments.ts';
import type { DirectoryChange, DirectorySource } from '../../ports/access/directory-source.ts';
import type { OrganisationKeys } from '../../ports/access/organisation-keys.ts';
import type { SecretSeal } from '../../ports/access/secret-seal.ts';
import { type ObjectDirectoryChange, writtenIn } from './written-in.ts';

/** Makes of deployments what a configuration is made of; those that cannot be served are left out, and told. */
export interface DeploymentReader {
  read(
    deployments: readonly Deployment[],
  ): Promise<{ readonly added: AddedModels; readonly problems: readonly string[] }>;
}

export interface DeploymentParts {
  readonly seal: SecretSeal;
  readonly credentials: OrganisationKeys;
  readonly reader: DeploymentReader;
}

/** The organisation whose models all others have too. */
const everyones = 'default';

/** The models that are kept, opened, in memory. */
export class OpenedDeployments implements Deployments {
  readonly #seal: SecretSeal;
  readonly #credentials: OrganisationKeys;
  readonly #reader: DeploymentReader;
  /** By organisation, then by deployment. */
  readonly #open = new Map<string, Map<string, Deployment>>();
  readonly #added = new Map<string, AddedModels>();
  #settled: Promise<void> = Promise.resolve();

  private constructor({ seal, credentials, reader }: DeploymentParts) {
    this.#seal = seal;
    this.#credentials = credentials;
    this.#reader = reader;
  }

  /** Rejects when something that is kept cannot be opened. */
  static async open(source: DirectorySource, parts: DeploymentParts): Promise<OpenedDeployments> {
    const opened = new OpenedDeployments(parts);
    for (const change of writtenIn(await source.snapshot('deployment'), 'deployment')) opened.#take(change);
    await opened.settled();
    source.follow((change) => opened.#follow(change));
    return opened;
  }

  of(orgId: string): AddedModels | undefined {
    return this.#added.get(orgId) ?? this.#added.get(everyones);
  }

  settled(): Promise<void> {
    return this.#settled;
  }

  async problemOf(deployment: Deployment): Promise<string | undefined> {
    return (await this.#reader.read([this.#withCredential(everyones, deployment)])).problems[0];
  }

  #follow(change: DirectoryChange): void {
    if (change.kind !== 'everything') {
      this.#take(change);
      return;
    }
    const before = [...this.#open.keys()];
    this.#open.clear();
    for (const written of writtenIn(change.snapshot, 'deployment')) this.#take(written);
    for (const orgId of before) this.#settled = this.#settled.then(() => this.#renew(orgId));
  }

  #take(change: ObjectDirectoryChange): void {
    const { orgId, kind, id } = change.object;
    if (kind === 'credential') this.#settled = this.#settled.then(() => this.#renew(orgId));
    if (kind !== 'deployment') return;
    const open = this.#open.get(orgId) ?? new Map<string, Deployment>();
    this.#open.set(orgId, open);
    open.delete(id);
    if (change.kind === 'written') {
      const { name, params, blocked } = JSON.parse(change.object.data) as DeploymentDocument;
      const field = change.sealed.find((one) => one.field === 'secrets');
      const secrets: unknown =
        field === undefined ? {} : JSON.parse(this.#seal.open({ orgId, kind, id, field: field.field }, field));
      const all: Readonly<Record<string, Json | undefined>> = isObject(secrets) ? { ...params, ...secrets } : params;
      if (blocked !== true) open.set(id, { id, name, params: all });
    }
    this.#settled = this.#settled.then(() => this.#renew(orgId));
  }

  /** A model may name a credential of its own organisation: never another's, which is not its owner's to choose. */
  #withCredential(orgId: string, deployment: Deployment): Deployment {
    const { litellm_credential_name: name, ...params } = deployment.params;
    if (typeof name !== 'string') return deployment;
    const found = this.#credentials.named(orgId).get(name);
    return found === undefined ? deployment : { ...deployment, params: { api_key: found.apiKey, ...params } };
  }

  #keyed(orgId: string): readonly Deployment[] {
    return [...(this.#open.get(orgId)?.values() ?? [])].map((one) => this.#withCredential(orgId, one));
  }

  async #renew(changed: string): Promise<void> {
    const all = changed === everyones ? [...this.#open.keys()] : [changed];
    for (const orgId of all) {
      const own = this.#keyed(orgId);
      const common = orgId === everyones ? [] : this.#keyed(everyones);
      const deployments = [...common, ...own].toSorted((one, other) => (one.id < other.id ? -1 : 1));
      if (deployments.length === 0) this.#added.delete(orgId);
      else this.#added.set(orgId, (await this.#reader.read(deployments)).added);
    }
  }
}
