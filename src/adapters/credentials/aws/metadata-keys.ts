import type { AwsSource } from '../../../core/catalog/cloud-credentials.ts';
import type { Upstream } from '../../../ports/upstream.ts';
import { askService, askServiceJson } from '../ask-service.ts';
import { readSecretFile } from '../read-secret-file.ts';
import type { Token } from '../token-keeper.ts';
import { type AwsKeys, keysIn } from './aws-keys.ts';

type Container = Extract<AwsSource, { readonly kind: 'container' }>;
type Instance = Extract<AwsSource, { readonly kind: 'instance' }>;

/** Keys of a task or pod, from the agent beside it (https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html). */
export const containerKeys = async (source: Container, upstream: Upstream, nowMs: number): Promise<Token<AwsKeys>> => {
  const service = 'The AWS container credentials service';
  const token =
    source.tokenFile === undefined
      ? source.token
      : (await readSecretFile(source.tokenFile, 'The container authorization token file')).trim();
  const answer = await askServiceJson(
    {
      url: source.url,
      headers: { accept: 'application/json', ...(token === undefined ? {} : { authorization: token }) },
      secrets: token === undefined ? [] : [token],
      service,
      advice: 'Check the role of the task or pod.',
    },
    upstream,
  );
  return keysIn(answer, nowMs, service);
};

const sessionSeconds = 21_600;
const credentialsPath = '/latest/meta-data/iam/security-credentials/';

/** Keys of a machine's role, by the second version of its metadata service, which wants a session first. */
export const instanceKeys = async (
  { endpoint }: Instance,
  upstream: Upstream,
  nowMs: number,
): Promise<Token<AwsKeys>> => {
  const service = 'The AWS instance metadata service';
  const advice =
    'Check that the machine has a role, and that its metadata may be asked for from here (hop limit 2 in containers).';
  const session = await askService(
    {
      url: `${endpoint}/latest/api/token`,
      method: 'PUT',
      headers: { 'x-aws-ec2-metadata-token-ttl-seconds': String(sessionSeconds) },
      service,
      advice,
    },
    upstream,
  );
  const asked = { headers: { 'x-aws-ec2-metadata-token': session.trim() }, secrets: [session.trim()], service, advice };
  const [role = ''] = (await askService({ ...asked, url: `${endpoint}${credentialsPath}` }, upstream))
    .trim()
    .split(/\s+/);
  const answer = await askServiceJson(
    { ...asked, url: `${endpoint}${credentialsPath}${encodeURIComponent(role)}` },
    upstream,
  );
  return keysIn(answer, nowMs, service);
};
