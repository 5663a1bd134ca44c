import { conflict } from '@finvera/common';
import type { EntityManager } from 'typeorm';

/**
 * A tenant has at most one running operation.
 * @throws DomainError 409 `operation_running` with the other's id
 */
export async function assertNoOperation(tx: EntityManager, tenantId: string): Promise<void> {
  const [running]: { id: string; kind: string }[] = await tx.query(
    'SELECT id, kind FROM tenant_operations WHERE active_tenant_id = ?',
    [tenantId],
  );
  if (running)
    throw conflict(
      'operation_running',
      `The operation ${running.id} (${running.kind}) is at work on this company; wait for it.`,
      {
        extra: { operation_id: running.id },
        retryAfterSeconds: 2,
      },
    );
}
