import { type Actor, forbidden } from '@finvera/common';
import type { EntityManager } from 'typeorm';

/** An expression as the edit log's columns hold it, so that their index finds it. */
function asText(expression: string): string {
  return `CONVERT(${expression} USING utf8mb4) COLLATE utf8mb4_unicode_520_ci`;
}

/**
 * Edit log rows of whoever made a voucher what it is: wrote, changed or submitted it or the template that it came from.
 * A program's key stands for the person who made the key. Whoever approved somebody else's is no maker by it.
 */
export const MADE_BY = `SELECT 1 FROM edit_log e
  WHERE ((e.object_type = 'voucher' AND e.object_id = ${asText('v.id')} AND e.action IN ('created', 'updated', 'submitted', 'posted', 'altered'))
      OR (e.object_type = 'voucher_template' AND e.action IN ('created', 'updated')
        AND e.object_id IN (SELECT ${asText('r.template_id')} FROM voucher_template_runs r WHERE r.voucher_id = v.id)))
    AND (e.actor_id = ? OR e.actor_id IN (SELECT ${asText("CONCAT('key:', k.id)")} FROM api_keys k WHERE k.created_by = ?))
    AND NOT (e.action = 'posted' AND EXISTS (SELECT 1 FROM voucher_approvals g
      WHERE g.voucher_id = v.id AND g.state = 'approved' AND g.decided_by_id = e.actor_id AND g.submitted_by_id <> 'system'))`;

export async function isMaker(tx: EntityManager, voucherId: string, { id, name }: Actor): Promise<boolean> {
  const rows = await tx.query(`SELECT 1 FROM vouchers v WHERE v.id = ? AND EXISTS (${MADE_BY})`, [voucherId, id, name]);
  return rows.length > 0;
}

/** Programs and the platform's people work in the books, but a second pair of eyes is somebody of the company. */
export const isPersonOfCompany = ({ kind, id }: Actor): boolean => kind === 'company' && !id.startsWith('key:');

/** @throws DomainError 403 `approval_needs_person`, `approval_by_maker` */
export async function assertSecondPerson(tx: EntityManager, voucherId: string, actor: Actor): Promise<void> {
  if (!isPersonOfCompany(actor))
    throw forbidden(
      'A voucher is approved by somebody of the company, not by a program or the platform.',
      'approval_needs_person',
    );
  if (await isMaker(tx, voucherId, actor))
    throw forbidden(
      'Nobody approves what they entered, changed or submitted; somebody else has to.',
      'approval_by_maker',
    );
}
