import type { Actor } from '@finvera/common';
import type { Operation } from '@finvera/master-data';

/** Who asked for the operation, for the audit log. */
export const operationActor = ({ requestedBy, requestId }: Operation): Actor => ({
  id: requestedBy,
  name: requestedBy,
  kind: requestedBy === 'system' ? 'system' : 'platform',
  requestId,
});
