import { Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { unauthenticated } from '../errors/domain-error.js';

export const PLATFORM_AUDIENCE = 'finvera:platform';
export const COMPANY_AUDIENCE = 'finvera:company';
const ISSUER = 'finvera';
/** Verified tokens that are remembered; the oldest goes first. */
const VERIFIED_MAX = 10_000;

export interface PlatformClaims {
  sub: string;
  email: string;
}

export interface CompanyClaims {
  sub: string;
  email: string;
  tenant_id: string;
  /** good as long as this session of the user is there */
  session_id: string;
}

export interface IssuedToken {
  token: string;
  /** seconds until it ends */
  expires_in: number;
}

/** Who a token says it is; `iat` and `exp` in seconds since 1970. */
export type VerifiedToken =
  | ({ audience: typeof PLATFORM_AUDIENCE; exp: number } & PlatformClaims)
  | ({ audience: typeof COMPANY_AUDIENCE; exp: number } & CompanyClaims);

/** Issues and verifies access tokens (JWT, HS256). Platform and company tokens have different audiences. */
@Injectable()
export class TokenService {
  private readonly verified = new Map<string, VerifiedToken>();

  constructor(
    private readonly jwt: JwtService,
    readonly lifetimeSeconds: number,
    /** of processes that were configured before or after a change of keys: what they signed is good here as well */
    private readonly others: readonly JwtService[] = [],
  ) {}

  issuePlatformToken(claims: PlatformClaims): IssuedToken {
    return this.issue(PLATFORM_AUDIENCE, { ...claims });
  }

  issueCompanyToken(claims: CompanyClaims): IssuedToken {
    return this.issue(COMPANY_AUDIENCE, { ...claims });
  }

  /**
   * Tokens that were verified before are only looked up.
   * @throws DomainError 401 when signature, algorithm, issuer, audience, shape or time are not right
   */
  verify(token: string): VerifiedToken {
    const known = this.verified.get(token);
    if (known && known.exp * 1000 > Date.now()) return known;
    const verified = this.check(token);
    this.verified.set(token, verified);
    if (this.verified.size > VERIFIED_MAX) this.verified.delete(this.verified.keys().next().value!);
    return verified;
  }

  private check(token: string): VerifiedToken {
    let payload: Record<string, unknown>;
    try {
      payload = this.payloadOf(token);
    } catch (cause) {
      const expired = cause instanceof Error && cause.name === 'TokenExpiredError';
      throw unauthenticated(
        expired ? 'The access token has expired; sign in again.' : 'The access token is not valid; sign in again.',
        expired ? 'token_expired' : 'token_invalid',
      );
    }
    if (isPlatformPayload(payload) || isCompanyPayload(payload))
      return { ...payload, audience: payload.aud } as unknown as VerifiedToken;
    throw unauthenticated('The access token is meant for something else; sign in again.', 'token_invalid');
  }

  private payloadOf(token: string): Record<string, unknown> {
    for (const jwt of [this.jwt, ...this.others]) {
      try {
        return jwt.verify(token, { algorithms: ['HS256'], issuer: ISSUER });
      } catch (error) {
        if (!isForeignSignature(error)) throw error;
      }
    }
    throw new Error('signed with none of the secrets');
  }

  private issue(audience: string, claims: object): IssuedToken {
    const token = this.jwt.sign(claims, {
      audience,
      issuer: ISSUER,
      algorithm: 'HS256',
      expiresIn: this.lifetimeSeconds,
    });
    return { token, expires_in: this.lifetimeSeconds };
  }
}

const isForeignSignature = (error: unknown) => error instanceof Error && error.message === 'invalid signature';

const hasStrings = (payload: Record<string, unknown>, ...names: string[]) =>
  names.every((name) => typeof payload[name] === 'string');

const isPlatformPayload = (payload: Record<string, unknown>) =>
  payload['aud'] === PLATFORM_AUDIENCE && hasStrings(payload, 'sub', 'email') && typeof payload['exp'] === 'number';

const isCompanyPayload = (payload: Record<string, unknown>) =>
  payload['aud'] === COMPANY_AUDIENCE &&
  hasStrings(payload, 'sub', 'email', 'tenant_id', 'session_id') &&
  typeof payload['exp'] === 'number';
