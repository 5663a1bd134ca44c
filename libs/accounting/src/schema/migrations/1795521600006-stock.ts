import { type MigrationStep, StepMigration } from '@finvera/common';
import { refuse, refuseAlways, STAMPS, TABLE_OPTIONS, tableSteps, triggerSteps } from './parts.js';

const named = (table: string, columns = '', keys = '') => `CREATE TABLE ${table} (
  id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  name VARCHAR(120) NOT NULL,${columns}
  version INT UNSIGNED NOT NULL DEFAULT 1,
  ${STAMPS},
  UNIQUE KEY ${table}_name (name)${keys}
) ${TABLE_OPTIONS}`;

const TABLES = {
  stock_units: named(
    'stock_units',
    '\n  decimals TINYINT UNSIGNED NOT NULL DEFAULT 0,',
    ',\n  CONSTRAINT stock_units_decimals CHECK (decimals <= 4)',
  ),
  stock_godowns: named('stock_godowns'),
  stock_items: named(
    'stock_items',
    `\n  unit_id BIGINT UNSIGNED NOT NULL,
  valuation ENUM('fifo','weighted_average') NOT NULL DEFAULT 'fifo',
  is_active TINYINT(1) NOT NULL DEFAULT 1,`,
    ',\n  CONSTRAINT stock_items_unit FOREIGN KEY (unit_id) REFERENCES stock_units (id)',
  ),

  stock_movements: `CREATE TABLE stock_movements (
  id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  voucher_id BIGINT UNSIGNED NOT NULL,
  voucher_version INT UNSIGNED NOT NULL,
  line_no SMALLINT UNSIGNED NOT NULL,
  item_id BIGINT UNSIGNED NOT NULL,
  godown_id BIGINT UNSIGNED NOT NULL,
  date DATE NOT NULL,
  quantity_in DECIMAL(22,4) NOT NULL DEFAULT 0,
  quantity_out DECIMAL(22,4) NOT NULL DEFAULT 0,
  value DECIMAL(22,4) NULL,
  is_transfer TINYINT(1) NOT NULL DEFAULT 0,
  KEY stock_movements_voucher (voucher_id, voucher_version, line_no),
  KEY stock_movements_item (item_id, date, id),
  KEY stock_movements_date (date),
  CONSTRAINT stock_movements_voucher FOREIGN KEY (voucher_id) REFERENCES vouchers (id) ON DELETE CASCADE,
  CONSTRAINT stock_movements_item FOREIGN KEY (item_id) REFERENCES stock_items (id),
  CONSTRAINT stock_movements_godown FOREIGN KEY (godown_id) REFERENCES stock_godowns (id),
  CONSTRAINT stock_movements_one_way CHECK ((quantity_in > 0 AND quantity_out = 0) OR (quantity_out > 0 AND quantity_in = 0)),
  CONSTRAINT stock_movements_value CHECK ((value IS NOT NULL AND value >= 0) = (quantity_in > 0 AND is_transfer = 0))
) ${TABLE_OPTIONS}`,
};

const TRIGGERS = {
  stock_movements_guard_insert: `CREATE TRIGGER stock_movements_guard_insert BEFORE INSERT ON stock_movements FOR EACH ROW
  BEGIN
    IF NOT EXISTS (SELECT 1 FROM vouchers v WHERE v.id = NEW.voucher_id AND
        ((v.status = 'draft' AND v.version = NEW.voucher_version) OR (v.status = 'posted' AND v.version + 1 = NEW.voucher_version))) THEN
      ${refuse('voucher_posted: stock moves with a draft, or with the next version of a posted voucher')};
    END IF;
  END`,
  stock_movements_no_change: `CREATE TRIGGER stock_movements_no_change BEFORE UPDATE ON stock_movements FOR EACH ROW
  ${refuseAlways('a movement of stock is not changed; its voucher is altered as a new version')}`,
  stock_movements_stay: `CREATE TRIGGER stock_movements_stay BEFORE DELETE ON stock_movements FOR EACH ROW
  IF NOT EXISTS (SELECT 1 FROM vouchers v WHERE v.id = OLD.voucher_id AND v.status = 'draft') THEN
    ${refuse('voucher_posted: stock that a posted voucher moved is not deleted')};
  END IF`,
};

/** Units, godowns and items, what vouchers move of them, and how their value comes into the books. */
export class Stock1795521600006 extends StepMigration {
  readonly phase = 'expand';
  readonly release = '0.1.0';
  readonly steps: readonly MigrationStep[] = [
    ...tableSteps(TABLES),
    ...triggerSteps(TRIGGERS),
    {
      up: "ALTER TABLE company_settings ADD COLUMN stock_in_books ENUM('periodic','perpetual') NOT NULL DEFAULT 'periodic'",
      down: 'ALTER TABLE company_settings DROP COLUMN stock_in_books',
    },
  ];
}
