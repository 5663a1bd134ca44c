import { type Actor, Decimal, formatAmount, type IdempotencyRequest, malformed, newId } from '@finvera/common';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { CompanyTransaction } from '../company/company-transaction.js';
import { EditLog } from '../edit-log/edit-log.js';
import { readRecord } from '../records/company-records.js';
import { PostVouchers } from '../vouchers/post-vouchers.js';
import type { VoucherDto } from '../vouchers/voucher.dto.js';
import { BANK_RULE, BankRule } from './bank-rule.entity.js';
import type { BankLineDto, VoucherOfLineDto } from './bank-reconciliation.dto.js';
import { MatchLines } from './match-lines.js';
import { ReadStatements } from './read-statements.js';

/** Posts the voucher that a line of the bank has none for yet, and matches the two. */
@Injectable()
export class VoucherOfLine {
  constructor(
    private readonly transaction: CompanyTransaction,
    private readonly statements: ReadStatements,
    private readonly vouchers: PostVouchers,
    private readonly matches: MatchLines,
    private readonly editLog: EditLog,
  ) {}

  /** @throws DomainError 404; 409 `bank_line_matched`; 422 and what posting refuses */
  post(
    lineId: string,
    body: VoucherOfLineDto,
    options: { actor: Actor; idempotency?: IdempotencyRequest; mayOverrideLock: boolean },
  ): Promise<{ voucher: VoucherDto; line: BankLineDto }> {
    return this.transaction.run(
      async (tx) => {
        const line = await this.statements.line(lineId, tx);
        const [bank]: { ledger_id: string }[] = await tx.query('SELECT ledger_id FROM bank_lines WHERE id = ?', [
          lineId,
        ]);
        const rule = body.rule_id ? await readRecord(tx, BANK_RULE, body.rule_id) : undefined;
        if (!rule && !body.ledger)
          throw malformed('ledger or rule_id must say what the line is', [{ field: 'ledger', message: 'is required' }]);
        const isDeposit = !line.amount.startsWith('-');
        const amount = formatAmount(new Decimal(line.amount).abs(), 4)
          .replace(/0{1,4}$/, '')
          .replace(/\.$/, '');
        const other = rule && !body.ledger ? { ledger_id: rule.counterLedgerId } : { ledger: body.ledger };
        const [voucher] = await this.vouchers.within(
          tx,
          [
            {
              voucher_type: body.voucher_type ?? rule?.voucherTypeId ?? (isDeposit ? 'Receipt' : 'Payment'),
              date: line.date,
              narration: body.narration ?? (rule?.narration || line.description),
              reference: line.reference.slice(0, 100),
              entries: [
                { ledger_id: bank!.ledger_id, [isDeposit ? 'debit' : 'credit']: amount },
                { ...other, [isDeposit ? 'credit' : 'debit']: amount, bills: body.bills },
              ],
            },
          ],
          // a line is matched with what is in the books
          { ...options, whenHeld: 'refuse' },
        );
        const entry = voucher!.entries.find(({ ledger_id }) => ledger_id === bank!.ledger_id)!;
        const reason = rule ? `the rule ${rule.name}` : 'made from the line';
        await this.matches.matchIn(tx, lineId, [entry.id], { actor: options.actor, reason });
        if (body.remember)
          await this.remember(
            tx,
            body.remember,
            { isDeposit, voucher: voucher!, bankId: bank!.ledger_id },
            options.actor,
          );
        return { voucher: voucher!, line: await this.statements.line(lineId, tx) };
      },
      { idempotency: options.idempotency },
    );
  }

  /** The next line that contains this is proposed the same. */
  private async remember(
    tx: EntityManager,
    contains: string,
    { isDeposit, voucher, bankId }: { isDeposit: boolean; voucher: VoucherDto; bankId: string },
    actor: Actor,
  ): Promise<void> {
    const id = newId();
    const counter = voucher.entries.find(({ ledger_id }) => ledger_id !== bankId)!;
    const rule = {
      id,
      name: contains,
      contains,
      direction: isDeposit ? ('deposit' as const) : ('withdrawal' as const),
      counterLedgerId: counter.ledger_id,
      voucherTypeId: voucher.voucher_type_id,
      narration: '',
      isActive: true,
      version: 1,
    };
    if (await tx.existsBy(BankRule, { name: contains })) return; // there is one of this name: it stays as it is
    await tx.insert(BankRule, rule);
    await this.editLog.record(tx, actor, {
      action: 'created',
      objectType: 'bank_rule',
      objectId: id,
      objectName: contains,
      after: BANK_RULE.toDto(rule as BankRule),
    });
  }
}
