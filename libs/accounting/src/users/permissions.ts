import { type CompanyPrincipal, forbidden } from '@finvera/common';

/** Everything that a role may allow in a company. */
export const PERMISSIONS = [
  'users:read',
  'users:write',
  'settings:read',
  'settings:write',
  'periods:write',
  'periods:override',
  'groups:read',
  'groups:write',
  'ledgers:read',
  'ledgers:write',
  'voucher_types:read',
  'voucher_types:write',
  'vouchers:read',
  'vouchers:post',
  'vouchers:cancel',
  'vouchers:approve',
  'reports:read',
  'reports:write',
  'edit_log:read',
] as const;
export type Permission = (typeof PERMISSIONS)[number];

const ADMINISTRATION: readonly Permission[] = [
  'users:read',
  'users:write',
  'settings:write',
  'periods:write',
  'periods:override',
  'vouchers:approve',
];

/** Roles of a new company. */
export const SEEDED_ROLES = [
  { code: 'administrator', name: 'Administrator', permissions: [...PERMISSIONS] },
  {
    code: 'accountant',
    name: 'Accountant',
    permissions: PERMISSIONS.filter((permission) => !ADMINISTRATION.includes(permission)),
  },
  {
    code: 'viewer',
    name: 'Viewer',
    permissions: PERMISSIONS.filter(
      (permission) => permission.endsWith(':read') && !['users:read', 'edit_log:read'].includes(permission),
    ),
  },
  { code: 'auditor', name: 'Auditor', permissions: PERMISSIONS.filter((permission) => permission.endsWith(':read')) },
] as const;

export const ADMINISTRATOR_ROLE = 'administrator';

/**
 * Nobody gives others more than they have.
 * @throws DomainError 403
 */
export function assertMayGrant(giver: Pick<CompanyPrincipal, 'permissions'>, permissions: readonly string[]): void {
  const missing = permissions.filter((permission) => !giver.permissions.has(permission));
  if (missing.length > 0) throw forbidden(`You cannot give what you may not do yourself: ${missing.join(', ')}.`);
}
