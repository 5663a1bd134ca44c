import { type Actor, canonicalJson, type IdempotencyRequest, malformed, newId, sha256 } from '@finvera/common';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { CompanyTransaction } from '../company/company-transaction.js';
import { EditLog } from '../edit-log/edit-log.js';
import { createdBy } from '../vouchers/voucher-store.js';
import { bankLedger } from './bank-ledger.js';
import type { BankStatementDto, ImportStatementDto } from './bank-reconciliation.dto.js';
import { parseCamt053 } from './formats/camt053.js';
import { parseCsv } from './formats/csv.js';
import { parseMt940 } from './formats/mt940.js';
import { parseOfx } from './formats/ofx.js';
import type { ParsedLine, ParsedStatement } from './formats/parsed-statement.js';
import { readStatement } from './read-statements.js';

/** Reads a bank's file and keeps its lines; those that came before, in this file or an overlapping one, are not kept twice. */
@Injectable()
export class ImportStatement {
  constructor(
    private readonly transaction: CompanyTransaction,
    private readonly editLog: EditLog,
  ) {}

  /** @throws DomainError 400 with the place in the file; 404 `ledger_not_found`; 422 `ledger_is_no_bank` */
  async import(
    ledgerId: string,
    body: ImportStatementDto,
    { actor, idempotency, dryRun }: { actor: Actor; idempotency?: IdempotencyRequest; dryRun?: boolean },
  ): Promise<BankStatementDto> {
    const parsed = parse(body);
    return this.transaction.run(
      async (tx) => {
        const ledger = await bankLedger(tx, ledgerId);
        const id = newId();
        await tx.query(
          `INSERT INTO bank_statements (id, ledger_id, format, file_name, from_date, to_date, opening_balance, closing_balance,
             line_count, repeated_count, created_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?)`,
          [
            id, ledger.id, body.format, body.file_name ?? '', parsed.from, parsed.to, parsed.opening?.toFixed() ?? null,
            parsed.closing?.toFixed() ?? null, parsed.lines.length, createdBy(actor),
          ], // biome-ignore format: one row
        );
        const kept = await keepLines(tx, id, ledger.id, parsed.lines);
        await tx.query('UPDATE bank_statements SET repeated_count = line_count - ? WHERE id = ?', [kept, id]);
        const statement = await readStatement(tx, id);
        await this.editLog.record(tx, actor, {
          action: 'imported',
          objectType: 'bank_statement',
          objectId: id,
          objectName: `${ledger.name} ${parsed.from ?? ''} to ${parsed.to ?? ''}`,
          after: statement,
        });
        return statement;
      },
      { idempotency, dryRun },
    );
  }
}

function parse({ format, content, mapping }: ImportStatementDto): ParsedStatement {
  if (format === 'csv') {
    if (!mapping)
      throw malformed('mapping must say which columns of the table hold what', [
        { field: 'mapping', message: 'is required for csv' },
      ]);
    return parseCsv(content, mapping);
  }
  return { ofx: parseOfx, camt053: parseCamt053, mt940: parseMt940 }[format](content);
}

const ROWS_PER_INSERT = 1_000;

/** @returns how many were new */
async function keepLines(
  tx: EntityManager,
  statementId: string,
  ledgerId: string,
  lines: readonly ParsedLine[],
): Promise<number> {
  // two lines alike within one file are two payments; the same file again brings the first and the second again
  const seen = new Map<string, number>();
  const rows = lines.map(({ date, amount, description, reference }) => {
    const content = canonicalJson([date, amount.toFixed(), description, reference]);
    const nth = (seen.get(content) ?? 0) + 1;
    seen.set(content, nth);
    return [
      newId(),
      statementId,
      ledgerId,
      date,
      amount.toFixed(),
      description,
      reference,
      sha256(`${nth} ${content}`),
    ];
  });
  let kept = 0;
  for (let at = 0; at < rows.length; at += ROWS_PER_INSERT) {
    const { affectedRows } = await tx.query(
      `INSERT IGNORE INTO bank_lines (id, statement_id, ledger_id, date, amount, description, reference, fingerprint) VALUES ?`,
      [rows.slice(at, at + ROWS_PER_INSERT)],
    );
    kept += affectedRows;
  }
  return kept;
}
