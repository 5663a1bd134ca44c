import { type MigrationStep, StepMigration } from '@finvera/common';
import { guardsOfEntryParts, refuse, STAMPS, TABLE_OPTIONS, tableSteps, triggerSteps } from './parts.js';

const TABLES = {
  exchange_rates: `CREATE TABLE exchange_rates (
  currency CHAR(3) NOT NULL,
  date DATE NOT NULL,
  rate DECIMAL(24,10) NOT NULL,
  ${STAMPS},
  PRIMARY KEY (currency, date),
  CONSTRAINT exchange_rates_positive CHECK (rate > 0)
) ${TABLE_OPTIONS}`,

  entry_currencies: `CREATE TABLE entry_currencies (
  entry_id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  voucher_id BIGINT UNSIGNED NOT NULL,
  voucher_version INT UNSIGNED NOT NULL DEFAULT 1,
  ledger_id BIGINT UNSIGNED NOT NULL,
  currency CHAR(3) NOT NULL,
  date DATE NOT NULL,
  debit DECIMAL(22,4) NOT NULL DEFAULT 0,
  credit DECIMAL(22,4) NOT NULL DEFAULT 0,
  rate DECIMAL(24,10) NULL,
  purpose ENUM('movement','settlement','revaluation') NOT NULL DEFAULT 'movement',
  KEY entry_currencies_ledger (ledger_id, currency, date, entry_id),
  KEY entry_currencies_voucher (voucher_id, voucher_version),
  CONSTRAINT entry_currencies_entry FOREIGN KEY (entry_id) REFERENCES entries (id) ON DELETE CASCADE,
  CONSTRAINT entry_currencies_amount CHECK (
    (purpose = 'movement' AND rate > 0 AND ((debit > 0 AND credit = 0) OR (credit > 0 AND debit = 0)))
    OR (purpose <> 'movement' AND rate IS NULL AND debit = 0 AND credit = 0))
) ${TABLE_OPTIONS}`,
};

const ON_THE_SIDE_OF_THE_ENTRY = `IF NOT EXISTS (SELECT 1 FROM entries e WHERE e.id = NEW.entry_id AND e.ledger_id = NEW.ledger_id
        AND (NEW.debit = 0 OR e.debit > 0) AND (NEW.credit = 0 OR e.credit > 0)) THEN
      ${refuse('foreign_side: a foreign amount stands on the side and in the ledger of its entry')};
    END IF;`;

/** Exchange rates, and what entries are in a foreign currency. */
export class Currencies1795521600001 extends StepMigration {
  readonly phase = 'expand';
  readonly release = '0.1.0';
  readonly steps: readonly MigrationStep[] = [
    ...tableSteps(TABLES),
    ...triggerSteps(guardsOfEntryParts('entry_currencies', ON_THE_SIDE_OF_THE_ENTRY)),
  ];
}
