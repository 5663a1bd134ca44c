import { type MigrationStep, StepMigration } from '@finvera/common';
import { guardsOfEntryParts, refuse, STAMPS, TABLE_OPTIONS, tableSteps, triggerSteps } from './parts.js';

const TABLES = {
  cost_categories: `CREATE TABLE cost_categories (
  id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  name VARCHAR(120) NOT NULL,
  version INT UNSIGNED NOT NULL DEFAULT 1,
  ${STAMPS},
  UNIQUE KEY cost_categories_name (name)
) ${TABLE_OPTIONS}`,

  cost_centres: `CREATE TABLE cost_centres (
  id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  name VARCHAR(120) NOT NULL,
  category_id BIGINT UNSIGNED NOT NULL,
  parent_id BIGINT UNSIGNED NULL,
  is_active TINYINT(1) NOT NULL DEFAULT 1,
  version INT UNSIGNED NOT NULL DEFAULT 1,
  ${STAMPS},
  UNIQUE KEY cost_centres_name (name),
  KEY cost_centres_category (category_id, name),
  KEY cost_centres_parent (parent_id),
  CONSTRAINT cost_centres_category FOREIGN KEY (category_id) REFERENCES cost_categories (id),
  CONSTRAINT cost_centres_parent FOREIGN KEY (parent_id) REFERENCES cost_centres (id)
) ${TABLE_OPTIONS}`,

  cost_allocations: `CREATE TABLE cost_allocations (
  id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  entry_id BIGINT UNSIGNED NOT NULL,
  voucher_id BIGINT UNSIGNED NOT NULL,
  voucher_version INT UNSIGNED NOT NULL DEFAULT 1,
  cost_centre_id BIGINT UNSIGNED NOT NULL,
  date DATE NOT NULL,
  debit DECIMAL(22,4) NOT NULL DEFAULT 0,
  credit DECIMAL(22,4) NOT NULL DEFAULT 0,
  KEY cost_allocations_entry (entry_id),
  KEY cost_allocations_voucher (voucher_id, voucher_version),
  KEY cost_allocations_centre (cost_centre_id, date, id, entry_id, debit, credit),
  CONSTRAINT cost_allocations_entry FOREIGN KEY (entry_id) REFERENCES entries (id) ON DELETE CASCADE,
  CONSTRAINT cost_allocations_centre FOREIGN KEY (cost_centre_id) REFERENCES cost_centres (id),
  CONSTRAINT cost_allocations_one_side CHECK ((debit > 0 AND credit = 0) OR (credit > 0 AND debit = 0))
) ${TABLE_OPTIONS}`,
};

const WITHIN_THE_ENTRY = `IF EXISTS (SELECT 1 FROM entries e WHERE e.id = NEW.entry_id AND (
        NEW.debit + COALESCE((SELECT SUM(a.debit) FROM cost_allocations a JOIN cost_centres c ON c.id = a.cost_centre_id
          WHERE a.entry_id = NEW.entry_id AND c.category_id = (SELECT n.category_id FROM cost_centres n WHERE n.id = NEW.cost_centre_id)), 0) > e.debit
        OR NEW.credit + COALESCE((SELECT SUM(a.credit) FROM cost_allocations a JOIN cost_centres c ON c.id = a.cost_centre_id
          WHERE a.entry_id = NEW.entry_id AND c.category_id = (SELECT n.category_id FROM cost_centres n WHERE n.id = NEW.cost_centre_id)), 0) > e.credit)) THEN
      ${refuse('cost_centres_do_not_add_up: the parts of an entry in a cost category are more than the entry')};
    END IF;`;

/** Cost categories and centres, and the parts of entries that belong to them. */
export class CostCentres1795521600000 extends StepMigration {
  readonly phase = 'expand';
  readonly release = '0.1.0';
  readonly steps: readonly MigrationStep[] = [
    ...tableSteps(TABLES),
    ...triggerSteps(guardsOfEntryParts('cost_allocations', WITHIN_THE_ENTRY)),
  ];
}
