import { type Actor, ruleBroken, systemActor } from '@finvera/common';
import type { EntityManager } from 'typeorm';
import type { ApprovalDto } from '../approvals/approval-answer.js';
import { findHeldBack } from '../approvals/held-back.js';
import type { CompanySettings } from '../company/company-settings.js';
import type { PreparedVoucher } from './prepare-vouchers.js';
import { postDrafts } from './voucher-writer.js';

/**
 * What happens to a voucher that an approval rule holds back:
 * - `submit` it waits for a second person
 * - `grant` the program computed it, and the caller, who may approve, is the second person
 * - `refuse` it cannot wait
 */
export type WhenHeld = 'submit' | 'grant' | 'refuse';

export interface DraftToPost {
  id: string;
  voucher: PreparedVoucher;
  /** who posts it */
  actor: Actor;
  /** of the stored draft; 1 of a new one */
  version?: number;
}

export interface PostedOrSubmitted {
  status: 'posted' | 'submitted';
  number: string | null;
  approval: ApprovalDto | null;
}

// of a draft that was rejected before, the former row goes
const NOTE_APPROVALS = `REPLACE INTO voucher_approvals (voucher_id, state, version, total, submitted_by_id, submitted_by, submitted_at,
  decided_by_id, decided_by, decided_at) VALUES ?`;

/**
 * The one way by which drafts of people and programs come into the books: posts them, but for those that a rule holds
 * back.
 * @param options.settings read in this transaction
 * @throws DomainError 409 `voucher_number_taken`; 422 `approval_required`
 */
export async function postOrSubmit(
  tx: EntityManager,
  drafts: readonly DraftToPost[],
  { settings, at, whenHeld = 'submit' }: { settings: CompanySettings; at: Date; whenHeld?: WhenHeld },
): Promise<Map<string, PostedOrSubmitted>> {
  const rules = await findHeldBack(
    tx,
    drafts.map(({ voucher }) => voucher),
    settings.approvalFrom,
  );
  const held = drafts.filter(({ voucher }) => rules.has(voucher));
  const refused = held[0] && whenHeld === 'refuse' ? held[0].voucher : undefined;
  if (refused) throw approvalRequired(rules.get(refused)!);
  const submitted = new Set(whenHeld === 'submit' ? held : []);
  if (held.length > 0) await tx.query(NOTE_APPROVALS, [held.map((draft) => approvalRow(draft, at, whenHeld))]);
  const numbers = await postDrafts(
    tx,
    drafts.filter((draft) => !submitted.has(draft)),
    { ...settings, at },
  );
  const outcomeOf = (draft: DraftToPost): PostedOrSubmitted => ({
    status: submitted.has(draft) ? 'submitted' : 'posted',
    number: numbers.get(draft.id) ?? draft.voucher.number,
    approval: rules.has(draft.voucher) ? approvalOf(draft, at, whenHeld) : null,
  });
  return new Map(drafts.map((draft) => [draft.id, outcomeOf(draft)]));
}

export const approvalRequired = (rule: string) =>
  ruleBroken(
    'approval_required',
    `The rule ${rule} asks for a second person's approval, which this cannot wait for: somebody who may approve vouchers and did not make them has to do it, or post a voucher by hand and have it approved.`,
  );

const people = ({ actor }: DraftToPost, whenHeld: WhenHeld) =>
  whenHeld === 'grant' ? { maker: systemActor('computed'), second: actor } : { maker: actor, second: null };

function approvalRow(draft: DraftToPost, at: Date, whenHeld: WhenHeld): unknown[] {
  const { maker, second } = people(draft, whenHeld);
  return [
    draft.id, second ? 'approved' : 'submitted', draft.version ?? 1, draft.voucher.total.toFixed(), maker.id, maker.name, at,
    second?.id ?? null, second?.name ?? null, second ? at : null,
  ]; // biome-ignore format: one row
}

function approvalOf(draft: DraftToPost, at: Date, whenHeld: WhenHeld): ApprovalDto {
  const { maker, second } = people(draft, whenHeld);
  return {
    state: second ? 'approved' : 'submitted',
    submitted_by: maker.name,
    submitted_at: at.toISOString(),
    decided_by: second?.name ?? null,
    decided_at: second ? at.toISOString() : null,
    reason: null,
  };
}
