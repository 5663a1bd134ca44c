import type { Actor } from '@finvera/common';
import type { Operation } from '@finvera/master-data';

/** Who asked for the operation, for the audit log. */
export const operationActor = (operation: Operation): Actor => ({
  id: operation.requestedById,
  name: operation.requestedBy,
  kind: operation.requestedById === 'system' ? 'system' : 'platform',
  requestId: operation.requestId,
  ip: operation.requestedFrom ?? undefined,
});
