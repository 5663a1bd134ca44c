import { forbidden } from '@finvera/common';
import type { TenantRecord } from '../directory/tenant-directory.js';

/** @throws DomainError 403 `tenant_read_only` for a tenant that may only be read at the moment */
export function assertWritable({ subdomain, readOnlyReason }: TenantRecord): void {
  if (readOnlyReason === null || readOnlyReason === undefined) return;
  throw forbidden(
    `The company ${subdomain} can only be read at the moment${readOnlyReason ? `: ${readOnlyReason}` : ''}. Contact support.`,
    'tenant_read_only',
  );
}
