import type { MigrationStep } from '@finvera/common';

/** What stands behind every table's columns. */
export const TABLE_OPTIONS = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci';

export const STAMPS = `created_at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  updated_at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6)`;

/** Refuses with SQLSTATE 45000 and a sentence; the code gives the kind message before it comes to this. */
export const refuse = (sentence: string) => `SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = '${sentence}'`;

/** MySQL stores a body without BEGIN … END together with the semicolon behind it in a script, and its dump cannot be loaded. */
export const refuseAlways = (sentence: string) => `BEGIN ${refuse(sentence)}; END`;

/** @param tables name → statement, in the order in which foreign keys need them */
export const tableSteps = (tables: Record<string, string>): MigrationStep[] =>
  Object.entries(tables).map(([table, up]) => ({ up, down: `DROP TABLE ${table}` }));

/** @param triggers name → statement */
export const triggerSteps = (triggers: Record<string, string>): MigrationStep[] =>
  Object.entries(triggers).map(([trigger, up]) => ({ up, down: `DROP TRIGGER ${trigger}` }));

/**
 * The guards of a table whose rows belong to an entry: they come with a draft or the next version of a posted voucher,
 * never change, and go with a draft alone.
 * @param also further statements of the guard on insertion
 */
export const guardsOfEntryParts = (table: string, also = ''): Record<string, string> => ({
  [`${table}_guard_insert`]: `CREATE TRIGGER ${table}_guard_insert BEFORE INSERT ON ${table} FOR EACH ROW
  BEGIN
    IF NOT EXISTS (SELECT 1 FROM entries e JOIN vouchers v ON v.id = e.voucher_id
        WHERE e.id = NEW.entry_id AND e.voucher_id = NEW.voucher_id AND e.voucher_version = NEW.voucher_version AND e.date = NEW.date
          AND ((v.status = 'draft' AND v.version = e.voucher_version) OR (v.status = 'posted' AND v.version + 1 = e.voucher_version))) THEN
      ${refuse('voucher_posted: parts of an entry belong to a draft, or to the next version of a posted voucher')};
    END IF;
    ${also}
  END`,
  [`${table}_no_change`]: `CREATE TRIGGER ${table}_no_change BEFORE UPDATE ON ${table} FOR EACH ROW
  ${refuseAlways('parts of an entry are not changed; the voucher is altered as a new version')}`,
  [`${table}_stay`]: `CREATE TRIGGER ${table}_stay BEFORE DELETE ON ${table} FOR EACH ROW
  IF NOT EXISTS (SELECT 1 FROM vouchers v WHERE v.id = OLD.voucher_id AND v.status = 'draft') THEN
    ${refuse('voucher_posted: parts of entries of a posted voucher are not deleted')};
  END IF`,
});
