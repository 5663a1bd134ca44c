import { PLATFORM_AUDIENCE, type VerifiedToken } from '@finvera/common';
import { type Admission, assertOpenFor, type Requester, RequestLimits, type TenantRecord } from '@finvera/tenancy';
import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** Says whether a company takes this request now: maintenance mode, then the limits of company and user. */
@Injectable()
export class CompanyGate {
  constructor(private readonly limits: RequestLimits) {}

  /**
   * Somebody with a verified token. People of the platform pass maintenance, and only their own limit counts for them, so
   * that support can look. A promise only when the count of requests has to be asked for.
   * @throws DomainError 503 `tenant_maintenance`, 429 `rate_limited`
   */
  admit(
    request: FastifyRequest,
    reply: FastifyReply,
    token: VerifiedToken,
    tenant: TenantRecord | null,
  ): Promise<void> | undefined {
    const ofPlatform = token.audience === PLATFORM_AUDIENCE;
    if (tenant?.maintenance && !ofPlatform) assertOpenFor(tenant, { email: token.email, address: request.ip });
    if (!this.limits.enabled) return undefined;
    const requester: Requester = ofPlatform
      ? { userId: token.sub }
      : { tenantId: tenant?.id, tenantLimit: tenant?.requestsPerMinute, userId: token.sub };
    const admission = this.limits.admit(requester);
    if (admission instanceof Promise) return admission.then((waited) => pass(reply, waited));
    pass(reply, admission);
    return undefined;
  }

  /** Somebody who signs in. @throws DomainError 503 `tenant_maintenance` */
  admitSigningIn(request: FastifyRequest, tenant: TenantRecord, email: string | undefined): void {
    if (tenant.maintenance) assertOpenFor(tenant, { email, address: request.ip });
  }
}

function pass(reply: FastifyReply, { policy, state, refusal }: Admission): void {
  reply.header('RateLimit-Policy', policy).header('RateLimit', state);
  if (refusal) throw refusal;
}
