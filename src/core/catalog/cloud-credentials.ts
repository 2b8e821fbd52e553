/** Ways to prove who is calling that take more than one fixed header. */
export const cloudKinds = ['aws', 'google', 'azure'] as const;
export type CloudKind = (typeof cloudKinds)[number];

/** One thing a cloud's credentials are made of, as the config file names it under `credentials`. */
export interface CredentialField {
  readonly env: readonly string[];
  readonly about: string;
  /** Never shown to anyone. */
  readonly secret?: true;
  readonly preset?: string;
}

/** What each cloud's credentials are made of. The variables are the ones the cloud's own tools read. */
export const credentialFields = {
  aws: {
    access_key_id: { env: ['AWS_ACCESS_KEY_ID'], about: 'AWS access key id.' },
    secret_access_key: { env: ['AWS_SECRET_ACCESS_KEY'], about: 'AWS secret access key.', secret: true },
    session_token: { env: ['AWS_SESSION_TOKEN'], about: 'AWS session token of temporary keys.', secret: true },
    profile: { env: ['AWS_PROFILE', 'AWS_DEFAULT_PROFILE'], about: 'Name of a profile of `~/.aws`.' },
    role_arn: { env: ['AWS_ROLE_ARN'], about: 'Role that is taken on, by web identity or with the keys.' },
    external_id: { env: [], about: 'What the role wants to hear from who takes it on with keys.' },
    web_identity_token_file: {
      env: ['AWS_WEB_IDENTITY_TOKEN_FILE'],
      about: 'Path of the token the role is taken on with.',
    },
    source: { env: [], about: 'Where keys or tokens are asked for. AWS: `container` or `instance`.' },
  },
  google: {
    access_token: {
      env: ['GOOGLE_ACCESS_TOKEN', 'GOOGLE_OAUTH_ACCESS_TOKEN'],
      about: 'A ready Google access token. It is not renewed.',
      secret: true,
    },
    service_account_json: {
      env: ['GOOGLE_SERVICE_ACCOUNT_JSON', 'VERTEXAI_CREDENTIALS'],
      about: 'The text of a Google credentials file.',
      secret: true,
    },
    service_account_file: {
      env: ['GOOGLE_APPLICATION_CREDENTIALS'],
      about:
        'Path of a Google credentials file (a service account, a workload identity, or what `gcloud auth application-default login` writes).',
    },
    source: { env: [], about: 'Google: `metadata`, for the account of the machine.' },
  },
  azure: {
    access_token: {
      env: ['AZURE_OPENAI_AD_TOKEN', 'AZURE_AD_TOKEN'],
      about: 'A ready Entra access token. It is not renewed.',
      secret: true,
    },
    tenant_id: { env: ['AZURE_TENANT_ID'], about: 'Entra tenant id.' },
    client_id: { env: ['AZURE_CLIENT_ID'], about: 'Entra application (client) id.' },
    client_secret: { env: ['AZURE_CLIENT_SECRET'], about: 'Entra client secret.', secret: true },
    federated_token_file: {
      env: ['AZURE_FEDERATED_TOKEN_FILE'],
      about: 'Path of the token of a workload identity, in place of the secret.',
    },
    source: { env: [], about: 'Azure: `managed-identity`, for the identity of the machine or app.' },
    scope: {
      env: ['AZURE_SCOPE'],
      about: 'What the Entra token is for.',
      preset: 'https://cognitiveservices.azure.com/.default',
    },
    authority: {
      env: ['AZURE_AUTHORITY_HOST'],
      about: 'Where Entra tokens are asked for.',
      preset: 'https://login.microsoftonline.com',
    },
  },
} as const satisfies Readonly<Record<CloudKind, Readonly<Record<string, CredentialField>>>>;

/** The service calls are signed for when nobody says. */
export const usualAwsService = 'bedrock';

/** The variables of a region, for entries that name none of their own. */
export const awsRegion = { about: 'an AWS region', env: ['AWS_REGION', 'AWS_DEFAULT_REGION'] } as const;

/** Values by field name, as found in the config file or the environment. */
export type CredentialValues = Readonly<Record<string, string>>;

/** What calls of a provider are signed with, or what their tokens are asked for with. A fixed key or token needs none of it. */
export type CloudCredentials =
  | {
      readonly kind: 'aws';
      readonly service: string;
      readonly region: string;
      readonly accessKeyId: string;
      readonly secretAccessKey: string;
      readonly sessionToken?: string;
    }
  /** Keys that are asked for and renewed. */
  | {
      readonly kind: 'aws-source';
      readonly service: string;
      readonly region: string;
      readonly source: AwsSource;
      readonly stsEndpoint?: string;
    }
  | { readonly kind: 'google'; readonly source: GoogleSource }
  | {
      readonly kind: 'azure';
      readonly tenantId: string;
      readonly clientId: string;
      readonly clientSecret: string;
      readonly scope: string;
      readonly authority: string;
    }
  /** By a token in a file that another identity provider wrote. */
  | {
      readonly kind: 'azure-federated';
      readonly tenantId: string;
      readonly clientId: string;
      readonly tokenFile: string;
      readonly scope: string;
      readonly authority: string;
    }
  /** By the identity service beside the machine; `header` is what that of an app wants to see. */
  | {
      readonly kind: 'azure-identity';
      readonly endpoint: string;
      readonly header?: string;
      readonly clientId?: string;
      readonly scope: string;
    };

export type GoogleFile =
  | { readonly kind: 'text'; readonly json: string }
  | { readonly kind: 'file'; readonly path: string };

export type GoogleSource = GoogleFile | { readonly kind: 'metadata'; readonly host: string };

/** The agent beside a task or pod. The token goes into `authorization`. */
export interface AwsContainer {
  readonly kind: 'container';
  readonly url: string;
  readonly token?: string;
  readonly tokenFile?: string;
}

export type AwsSource =
  | {
      readonly kind: 'web-identity';
      readonly roleArn: string;
      readonly tokenFile: string;
      readonly sessionName: string;
    }
  /** A role that is taken on with keys. */
  | {
      readonly kind: 'role';
      readonly roleArn: string;
      readonly sessionName: string;
      readonly externalId?: string;
      readonly accessKeyId: string;
      readonly secretAccessKey: string;
      readonly sessionToken?: string;
    }
  | AwsContainer
  /** The metadata service of a machine. */
  | { readonly kind: 'instance'; readonly endpoint: string }
  | {
      readonly kind: 'profile';
      readonly name: string;
      readonly configFile: string;
      readonly credentialsFile: string;
      readonly ssoEndpoint?: string;
      readonly instanceEndpoint?: string;
      readonly container?: AwsContainer;
    };

/** Where a machine's metadata service is, unless the environment says otherwise. */
export const instanceEndpoint = 'http://169.254.169.254';

/** The parts of credentials that nobody may see. */
export const secretParts = (credentials: CloudCredentials): readonly string[] => {
  switch (credentials.kind) {
    case 'aws':
      return credentials.sessionToken === undefined
        ? [credentials.secretAccessKey]
        : [credentials.secretAccessKey, credentials.sessionToken];
    case 'azure':
      return [credentials.clientSecret];
    case 'azure-identity':
      return credentials.header === undefined ? [] : [credentials.header];
    case 'aws-source':
      return sourceSecrets(credentials.source);
    case 'azure-federated':
    case 'google':
      return [];
  }
};

const sourceSecrets = (source: AwsSource): readonly string[] => {
  if (source.kind === 'container') return source.token === undefined ? [] : [source.token];
  if (source.kind !== 'role') return [];
  return source.sessionToken === undefined ? [source.secretAccessKey] : [source.secretAccessKey, source.sessionToken];
};
