import { applyDecorators } from '@nestjs/common';
import { routeConfig } from './route-config.js';
import { ApiBearerAuth, ApiExtension } from '@nestjs/swagger';

/**
 * Who may call a route. The front door refuses a route that has none.
 * - `public`: anybody
 * - `platform`: a signed-in platform admin
 * - `company`: a signed-in user of the company that the request names, who has the permission
 * - `company-public`: anybody, but the request must name a company (signing in)
 */
export type AccessRule =
  | { kind: 'public' }
  | { kind: 'platform' }
  | { kind: 'company'; permission: string }
  | { kind: 'company-public' };

/** Permission of routes that every signed-in user of the company may call, also while a password change is due. */
export const SELF_PERMISSION = 'self';

export interface AccessRouteConfig {
  access?: AccessRule;
}

const access = (rule: AccessRule, ...more: MethodDecorator[]) =>
  applyDecorators(routeConfig({ access: rule }), ApiExtension('x-access', rule), ...more);

export const PublicRoute = () => access({ kind: 'public' });
export const PlatformRoute = () => access({ kind: 'platform' }, ApiBearerAuth('platform'));
export const CompanyRoute = (permission: string) => access({ kind: 'company', permission }, ApiBearerAuth('company'));
export const CompanyPublicRoute = () => access({ kind: 'company-public' });
