import {
  type FinveraRequest,
  forbidden,
  PLATFORM_AUDIENCE,
  type PlatformPrincipal,
  TokenService,
  unauthenticated,
  type VerifiedToken,
} from '@finvera/common';
import { ActiveAdmins, ActiveApiKeys, API_KEY_PREFIX, isAllowed } from '@finvera/master-data';
import { Injectable } from '@nestjs/common';
import { assertPlainIds } from './plain-ids.js';
import { bearerToken } from './request-fields.js';

export const isApiKey = (bearer: string): boolean => bearer.startsWith(API_KEY_PREFIX);

/** Lets people and programs of the platform in: a token of a signed-in admin, or an API key whose scopes cover the route. */
@Injectable()
export class PlatformDoor {
  constructor(
    private readonly tokens: TokenService,
    private readonly admins: ActiveAdmins,
    private readonly apiKeys: ActiveApiKeys,
  ) {}

  /** @throws DomainError 401; 403 for a company token, or `api_key_scope` */
  async admit(request: FinveraRequest): Promise<void> {
    const bearer = bearerToken(request);
    if (bearer === undefined)
      throw unauthenticated('Sign in first: send a token or an API key as "Authorization: Bearer …".');
    const principal = isApiKey(bearer)
      ? await this.programOf(request, bearer)
      : await this.adminOf(this.tokens.verify(bearer));
    assertPlainIds(request);
    request.principal = principal;
    const { adminId: id, email: name } = principal;
    request.actor = { id, name, kind: 'platform', requestId: request.id, ip: request.ip };
  }

  /** @throws DomainError 403 for a company token, 401 for an admin who is none any more */
  async adminOf(token: VerifiedToken): Promise<PlatformPrincipal> {
    if (token.audience !== PLATFORM_AUDIENCE) throw forbidden('A company token opens no platform route.');
    const admin = await this.admins.authenticate(token);
    if (!admin) throw unauthenticated('The session has ended; sign in again.', 'token_invalid');
    return admin;
  }

  private async programOf(request: FinveraRequest, bearer: string): Promise<PlatformPrincipal> {
    const { id, name, prefix, scopes } = await this.apiKeys.authenticate(bearer, request.ip);
    if (!isAllowed(scopes, request.method, request.routeOptions.url ?? ''))
      throw forbidden(
        `The API key ${prefix}… (${scopes.join(', ')}) does not allow ${request.method} ${request.routeOptions.url}.`,
        'api_key_scope',
      );
    return { kind: 'platform', adminId: id, email: `${name} (${prefix})` };
  }
}
