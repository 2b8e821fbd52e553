import { instanceEndpoint } from '../../../core/catalog/cloud-credentials.ts';
import { GatewayError } from '../../../core/errors/gateway-error.ts';
import type { Upstream } from '../../../ports/upstream.ts';
import type { Token } from '../token-keeper.ts';
import type { AwsKeys, AwsSourced } from './aws-keys.ts';
import { containerKeys, instanceKeys } from './metadata-keys.ts';
import { profileKeys } from './profile-keys.ts';
import { assumeByWebIdentity, assumeRole, type TokenServicePlace } from './token-service.ts';

/** The ways out: metadata services stand beside this machine and are never reached through a proxy. */
export interface KeyServices {
  readonly outside: Upstream;
  readonly beside: Upstream;
  nowMs(): number;
}

/** Keys from where the credentials say. Throws `upstream_auth`. */
export const askAwsKeys = (
  { source, region, stsEndpoint }: AwsSourced,
  services: KeyServices,
): Promise<Token<AwsKeys>> => {
  const place: TokenServicePlace = {
    region,
    endpoint: stsEndpoint,
    upstream: services.outside,
    nowMs: services.nowMs,
  };
  switch (source.kind) {
    case 'web-identity':
      return assumeByWebIdentity(source, place);
    case 'role':
      return assumeRole(source, source, place);
    case 'container':
      return containerKeys(source, services.beside, services.nowMs());
    case 'instance':
      return instanceKeys(source, services.beside, services.nowMs());
    case 'profile':
      return profileKeys(source, place, (word) => {
        if (word === 'Ec2InstanceMetadata')
          return instanceKeys(
            { kind: 'instance', endpoint: source.instanceEndpoint ?? instanceEndpoint },
            services.beside,
            services.nowMs(),
          );
        if (word === 'EcsContainer' && source.container !== undefined)
          return containerKeys(source.container, services.beside, services.nowMs());
        throw new GatewayError('upstream_auth', `The profile's credential_source "${word}" gives no keys here.`);
      });
  }
};
