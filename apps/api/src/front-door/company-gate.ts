import { type AccessRule, PLATFORM_AUDIENCE, SELF_PERMISSION, type VerifiedToken } from '@finvera/common';
import {
  type Admission,
  assertOpenFor,
  assertWritable,
  type Requester,
  RequestLimits,
  type TenantRecord,
} from '@finvera/tenancy';
import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { CompanyProgram } from './company-keys.js';

const READS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Says whether a company takes this request now: maintenance mode, read-only, then the limits of company and user. */
@Injectable()
export class CompanyGate {
  constructor(private readonly limits: RequestLimits) {}

  /**
   * Somebody with a verified token. People of the platform pass maintenance and may clean up what can only be read, and
   * only their own limit counts for them, so that support can look. A promise only when the count of requests has to be
   * asked for.
   * @throws DomainError 503 `tenant_maintenance`, 403 `tenant_read_only`, 429 `rate_limited`
   */
  admit(
    request: FastifyRequest,
    reply: FastifyReply,
    { token, tenant, rule }: { token: VerifiedToken | CompanyProgram; tenant: TenantRecord | null; rule: AccessRule },
  ): Promise<void> | undefined {
    const ofPlatform = token.audience === PLATFORM_AUDIENCE;
    if (tenant?.maintenance && !ofPlatform) assertOpenFor(tenant, { email: token.email, address: request.ip });
    if (tenant && !ofPlatform && isWriting(request, rule)) assertWritable(tenant);
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

/** Signing out and changing one's own password go on: they are not the books. */
const isWriting = ({ method }: FastifyRequest, rule: AccessRule) =>
  !READS.has(method) && !(rule.kind === 'company' && rule.permission === SELF_PERMISSION);

function pass(reply: FastifyReply, { policy, state, refusal }: Admission): void {
  reply.header('RateLimit-Policy', policy).header('RateLimit', state);
  if (refusal) throw refusal;
}
