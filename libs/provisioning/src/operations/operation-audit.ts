import type { Actor } from '@finvera/common';
import type { AuditRecord, Operation } from '@finvera/master-data';
import { operationActor } from './operation-actor.js';

/** What the audit log says of how an operation ended; whoever asked for it is the actor. */
export const endOf = (operation: Operation): { actor: Actor; record: AuditRecord } => ({
  actor: operationActor(operation),
  record: {
    ...recordOf(operation.status, operation),
    after: {
      kind: operation.kind,
      status: operation.status,
      step: operation.step,
      attempts: operation.attempts,
      ...(operation.errorCode && { error_code: operation.errorCode, error_message: operation.errorMessage }),
    },
  },
});

/** What it says of what people ask of an operation. */
export const requestOf = (what: 'requested' | 'retried' | 'cancelled', operation: Operation): AuditRecord => ({
  ...recordOf(what, operation),
  after: { kind: operation.kind },
});

const recordOf = (what: string, { id, tenantId }: Operation) => ({
  action: `operation.${what}`,
  tenantId,
  objectType: 'operation',
  objectId: id,
});
