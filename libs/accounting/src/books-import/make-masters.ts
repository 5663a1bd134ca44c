import { type Actor, conflict, Decimal, ruleBroken } from '@finvera/common';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { CreateGroupDto } from '../chart/group.dto.js';
import type { CreateLedgerDto } from '../chart/ledger.dto.js';
import { Ledger } from '../chart/ledger.entity.js';
import { ManageGroups } from '../chart/manage-groups.js';
import { ManageLedgers } from '../chart/manage-ledgers.js';
import type { NewOpening } from '../chart/opening-balance.js';
import { ManageCostCentres } from '../cost-centres/manage-cost-centres.js';
import { ManageVoucherTypes } from '../vouchers/manage-voucher-types.js';
import type { BillPart } from '../vouchers/voucher-lines.js';
import type { CreateVoucherTypeDto } from '../vouchers/voucher-type.dto.js';
import type { StoredRow } from './import-store.js';
import type { CentrePayload } from './plan/plan-cost-centres.js';
import type { OpeningPayload } from './plan/plan-openings.js';

const ACTIVE = { body: { is_active: true } };

/** Makes what a row of an import says, but vouchers; a master that went with an undone import comes back. */
@Injectable()
export class MakeMasters {
  constructor(
    private readonly groups: ManageGroups,
    private readonly ledgers: ManageLedgers,
    private readonly types: ManageVoucherTypes,
    private readonly centres: ManageCostCentres,
  ) {}

  /** @returns the id of what was made */
  async make(tx: EntityManager, { kind, payload }: StoredRow, actor: Actor): Promise<string> {
    const back = (payload as { reactivate?: string }).reactivate;
    switch (kind) {
      case 'group':
        return (await this.groups.createWithin(tx, payload as CreateGroupDto, actor)).id;
      case 'ledger':
        if (back) return (await this.ledgers.updateWithin(tx, back, { ...ACTIVE, actor })).id;
        return (await this.ledgers.createWithin(tx, payload as CreateLedgerDto, actor)).id;
      case 'opening':
        return this.open(tx, payload as OpeningPayload, actor);
      case 'voucher_type':
        if (back) return (await this.types.updateWithin(tx, back, { ...ACTIVE, actor })).id;
        return (await this.types.createWithin(tx, payload as CreateVoucherTypeDto, actor)).id;
      case 'cost_category':
        return (await this.centres.createCategoryWithin(tx, payload as { name: string }, actor)).id;
      case 'cost_centre':
        if (back) return (await this.centres.updateWithin(tx, back, { ...ACTIVE, actor })).id;
        return this.makeCentre(tx, payload as CentrePayload, actor);
      default:
        throw new Error(`rows of kind ${kind} are not masters`);
    }
  }

  private async makeCentre(
    tx: EntityManager,
    { name, category, parent }: CentrePayload,
    actor: Actor,
  ): Promise<string> {
    const [found]: { id: string }[] = await tx.query('SELECT id FROM cost_categories WHERE name = ?', [category]);
    const category_id = found?.id;
    const [above]: { id: string }[] =
      parent === null ? [] : await tx.query('SELECT id FROM cost_centres WHERE name = ?', [parent]);
    return (await this.centres.createWithin(tx, { name, category_id, parent_id: above?.id }, actor)).id;
  }

  private async open(
    tx: EntityManager,
    { ledger: name, amount, bills }: OpeningPayload,
    actor: Actor,
  ): Promise<string> {
    const ledger = await tx.findOne(Ledger, { where: { name }, lock: { mode: 'pessimistic_write' } });
    if (!ledger) throw ruleBroken('ledger_not_found', `There is no ledger ${JSON.stringify(name)} any more.`);
    if (ledger.openingVoucherId !== null)
      throw conflict('opening_differs', `The ledger ${name} was given an opening balance in the meantime.`);
    const opening: NewOpening = {
      amount: amount.replace('-', ''),
      side: amount.startsWith('-') ? 'credit' : 'debit',
      ...(bills && { bills: bills.map(toPart) }),
    };
    return (await this.ledgers.updateWithin(tx, ledger.id, { body: { opening_balance: opening }, actor })).id;
  }
}

const toPart = ({ type, name, amount, date }: NonNullable<OpeningPayload['bills']>[number]): BillPart => ({
  type,
  name,
  amount: new Decimal(amount),
  dueDate: null,
  ...(date !== null && { date }),
});
