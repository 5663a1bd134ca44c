import { type MigrationStep, StepMigration } from '@finvera/common';
import { STAMPS, TABLE_OPTIONS, tableSteps } from './parts.js';

const TABLES: Record<string, string> = {
  // is_crossed: whether the balance was beyond the threshold when it was looked at last
  balance_alert_rules: `CREATE TABLE balance_alert_rules (
  id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  name VARCHAR(250) NOT NULL,
  ledger_id BIGINT UNSIGNED NOT NULL,
  side ENUM('debit','credit') NOT NULL,
  direction ENUM('above','below') NOT NULL,
  threshold DECIMAL(22,4) NOT NULL,
  is_active TINYINT(1) NOT NULL DEFAULT 1,
  is_crossed TINYINT(1) NOT NULL,
  version INT UNSIGNED NOT NULL DEFAULT 1,
  ${STAMPS},
  UNIQUE KEY balance_alert_rules_name (name),
  KEY balance_alert_rules_ledger (ledger_id),
  CONSTRAINT balance_alert_rules_ledger FOREIGN KEY (ledger_id) REFERENCES ledgers (id) ON DELETE CASCADE,
  CONSTRAINT balance_alert_rules_threshold CHECK (threshold >= 0)
) ${TABLE_OPTIONS}`,

  // says what was so when it was raised, also when rule and ledger are renamed or gone
  balance_alerts: `CREATE TABLE balance_alerts (
  id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  rule_id BIGINT UNSIGNED NULL,
  rule_name VARCHAR(250) NOT NULL,
  ledger_id BIGINT UNSIGNED NOT NULL,
  ledger_name VARCHAR(190) NOT NULL,
  side ENUM('debit','credit') NOT NULL,
  direction ENUM('above','below') NOT NULL,
  threshold DECIMAL(22,4) NOT NULL,
  balance DECIMAL(30,4) NOT NULL,
  as_of DATE NOT NULL,
  raised_at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  acknowledged_at DATETIME(6) NULL,
  acknowledged_by VARCHAR(254) NULL,
  note VARCHAR(500) NOT NULL DEFAULT '',
  KEY balance_alerts_rule (rule_id, id),
  KEY balance_alerts_ledger (ledger_id, id),
  CONSTRAINT balance_alerts_rule FOREIGN KEY (rule_id) REFERENCES balance_alert_rules (id) ON DELETE SET NULL,
  CONSTRAINT balance_alerts_acknowledged CHECK ((acknowledged_at IS NULL) = (acknowledged_by IS NULL))
) ${TABLE_OPTIONS}`,
};

/** Rules by which balances of ledgers are watched, and what they found. */
export class BalanceAlerts1795550700000 extends StepMigration {
  readonly phase = 'expand';
  readonly release = '0.1.0';
  readonly steps: readonly MigrationStep[] = tableSteps(TABLES);
}
