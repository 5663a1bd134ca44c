import { CompanyUsers, isCompanyKey, PERMISSIONS } from '@finvera/accounting';
import {
  type AccessRouteConfig,
  type AccessRule,
  type CompanyPrincipal,
  DomainError,
  type FinveraRequest,
  forbidden,
  malformed,
  PLATFORM_AUDIENCE,
  SELF_PERMISSION,
  sendFailure,
  TokenService,
  unauthenticated,
  type VerifiedToken,
} from '@finvera/common';
import { TenantActivity } from '@finvera/master-data';
import { MeasureAfterGrowth } from '@finvera/provisioning';
import {
  holdLease,
  type LeasedRequest,
  TENANT_LEASE,
  type TenantClaims,
  Tenancy,
  type TenantLease,
  TenantPoolManager,
  type TenantRecord,
  TenantResolver,
} from '@finvera/tenancy';
import { Injectable } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { CompanyGate } from './company-gate.js';
import { CompanyKeys, type CompanyProgram } from './company-keys.js';
import { isApiKey, PlatformDoor } from './platform-door.js';
import { bearerToken, bodyText, queryText } from './request-fields.js';

/** What the door knows of a request between its two looks. */
interface Visit {
  rule: AccessRule;
  claims: TenantClaims;
  token?: VerifiedToken | CompanyProgram;
  tenant: TenantRecord | null;
}

type DoorRequest = FinveraRequest & LeasedRequest & { visit?: Visit };

const EVERYTHING: ReadonlySet<string> = new Set<string>([...PERMISSIONS, SELF_PERMISSION]);

/**
 * Every request passes here before Nest builds anything for it: who asks is verified, the tenant that is named is
 * resolved, validated and leased, and the route's access rule is judged. A route without a rule is refused. Nobody
 * unauthenticated makes a DataSource open, but for signing in.
 */
@Injectable()
export class FrontDoor {
  constructor(
    private readonly tokens: TokenService,
    private readonly platform: PlatformDoor,
    private readonly keys: CompanyKeys,
    private readonly resolver: TenantResolver,
    private readonly pools: TenantPoolManager,
    private readonly tenancy: Tenancy,
    private readonly gate: CompanyGate,
    private readonly activity: TenantActivity,
    private readonly growth: MeasureAfterGrowth,
  ) {}

  install(server: FastifyInstance): void {
    const refusing =
      (step: (request: DoorRequest, reply: FastifyReply) => Promise<void>) =>
      async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
        try {
          await step(request as DoorRequest, reply);
          return undefined;
        } catch (error) {
          return sendFailure(error, request, reply);
        }
      };
    server.addHook('onRequest', (request, reply, done) => {
      reply.header('X-Request-Id', request.id).header('X-Content-Type-Options', 'nosniff');
      done();
    });
    server.addHook(
      'onRequest',
      refusing((request, reply) => this.beforeBody(request, reply)),
    );
    server.addHook(
      'preHandler',
      refusing((request, reply) => this.afterBody(request, reply)),
    );
    server.addHook('preHandler', (request: DoorRequest, _reply, done) => {
      const lease = request[TENANT_LEASE];
      if (lease) lease.within(done);
      else done();
    });
  }

  /** Refuses all that can be refused without reading the body. */
  private async beforeBody(request: DoorRequest, reply: FastifyReply): Promise<void> {
    if (request.is404) return;
    const rule = ruleOf(request);
    if (rule.kind === 'public') return;
    if (rule.kind === 'platform') return this.platform.admit(request);
    const visit: Visit = { rule, claims: { host: request.host }, tenant: null };
    request.visit = visit;
    const bearer = rule.kind === 'company' ? bearerToken(request) : undefined;
    if (rule.kind === 'company' && bearer === undefined) {
      await this.resolver.resolve(visit.claims); // a host that names nobody is 404 for everybody
      throw unauthenticated('Sign in first: send a token as "Authorization: Bearer …".');
    }
    if (bearer !== undefined && isApiKey(bearer)) throw forbidden('An API key of the platform opens its routes alone.');
    if (bearer !== undefined) visit.token = isCompanyKey(bearer) ? this.keys.read(bearer) : this.tokens.verify(bearer);
    if (visit.token && visit.token.audience !== PLATFORM_AUDIENCE) visit.claims.tokenTenantId = visit.token.tenant_id;
    nameExplicitly(visit, queryText(request, 'tenant_id'));
    visit.tenant = await this.resolver.resolve(visit.claims);
    if (visit.tenant) this.resolver.assertUsable(visit.tenant);
    if (visit.token) {
      const { token, tenant } = visit;
      const waiting = this.gate.admit(request, reply, { token, tenant, rule });
      if (waiting) await waiting;
    }
  }

  /** The body may name the tenant as well. Then the lease is taken; it ends with the response. */
  private async afterBody(request: DoorRequest, reply: FastifyReply): Promise<void> {
    const { visit } = request;
    if (!visit) return;
    const explicit = bodyText(request, 'tenant_id', { take: true });
    nameExplicitly(visit, explicit);
    const subdomain = visit.rule.kind === 'company-public' ? bodyText(request, 'subdomain') : undefined;
    if (subdomain !== undefined) visit.claims.subdomain = subdomain;
    if (explicit !== undefined || subdomain !== undefined) visit.tenant = await this.resolver.resolve(visit.claims);
    if (visit.token?.audience === PLATFORM_AUDIENCE && visit.claims.explicitTenantId === undefined)
      throw forbidden(
        'A platform token opens a company’s routes only when the request names the company as tenant_id.',
      );
    if (!visit.tenant)
      throw malformed('Name the company: by its host, or by subdomain in the body.', undefined, 'tenant_required');
    this.resolver.assertUsable(visit.tenant);
    if (visit.rule.kind === 'company-public')
      this.gate.admitSigningIn(request, visit.tenant, bodyText(request, 'email'));
    const { tenant, token } = visit;
    if (token?.audience === 'company key') await this.keys.check(token, request.ip);
    const lease = await holdLease(request, reply.raw, (presence) => this.pools.lease(tenant, presence));
    await this.admitToCompany(request, visit, lease);
  }

  private async admitToCompany(request: DoorRequest, { rule, token }: Visit, lease: TenantLease): Promise<void> {
    const anonymous = { requestId: request.id, ip: request.ip };
    if (rule.kind !== 'company') {
      request.actor = { id: 'anonymous', name: 'anonymous', kind: 'system', ...anonymous };
      return;
    }
    const user = await this.companyUser(token!, lease, request.ip);
    const { permission } = rule;
    if (token!.audience === 'company key' && permission === SELF_PERMISSION)
      throw forbidden('An API key is nobody’s account: it has no password and no session.');
    if (user.passwordChangeRequired && permission !== SELF_PERMISSION)
      throw forbidden(
        'The password must be changed first: POST /api/auth/change-password.',
        'password_change_required',
      );
    if (user.totpEnrolmentRequired && permission !== SELF_PERMISSION)
      throw forbidden(
        'This company asks for a second factor; make one first: POST /api/auth/totp/enrol.',
        'totp_enrolment_required',
      );
    if (permission !== SELF_PERMISSION && !user.permissions.has(permission))
      throw forbidden(`The role ${user.role} does not allow this (${permission}).`);
    request.principal = user;
    const kind = token!.audience === PLATFORM_AUDIENCE ? 'platform' : 'company';
    if (kind === 'company') this.activity.seen(lease.tenantId);
    const bodyBytes = Number(request.headers['content-length'] ?? 0);
    if (bodyBytes > 0) this.growth.wrote(lease.tenantId, bodyBytes);
    const { userId: id, email: name, voucherTypeIds } = user;
    request.actor = { id, name, kind, ...anonymous, ...(voucherTypeIds && { voucherTypeIds }) };
  }

  private async companyUser(
    token: NonNullable<Visit['token']>,
    lease: TenantLease,
    address: string,
  ): Promise<CompanyPrincipal> {
    if (token.audience === 'company key') return this.keys.authenticate(token, lease, address);
    if (token.audience === PLATFORM_AUDIENCE) {
      const { adminId, email } = await this.platform.adminOf(token);
      const role = 'platform admin';
      return {
        kind: 'company',
        tenantId: lease.tenantId,
        userId: adminId,
        email,
        role,
        permissions: EVERYTHING,
        passwordChangeRequired: false,
      };
    }
    const users = await this.tenancy.scopeOf(lease).get(CompanyUsers);
    const user = await users.authenticate(token);
    if (!user) throw unauthenticated('The session has ended; sign in again.', 'token_invalid');
    return user;
  }
}

function ruleOf(request: FastifyRequest): AccessRule {
  const { access } = request.routeOptions.config as AccessRouteConfig;
  if (!access) throw new DomainError('no_access_rule', 403, 'This route is open to nobody.');
  return access;
}

/** An explicit tenant_id is honoured for platform admins alone; from others it must say what their token says. */
function nameExplicitly({ claims, token }: Visit, tenantId: string | undefined): void {
  if (tenantId === undefined) return;
  const mismatch = () =>
    forbidden('The request names two different companies (host, token or tenant_id).', 'tenant_mismatch');
  if (token?.audience === PLATFORM_AUDIENCE) {
    if (claims.explicitTenantId !== undefined && claims.explicitTenantId !== tenantId) throw mismatch();
    claims.explicitTenantId = tenantId;
  } else if (tenantId !== claims.tokenTenantId) throw mismatch();
}
