/** Refuses with SQLSTATE 45000 and a sentence; the code gives the kind message before it comes to this. */
const refuse = (sentence: string) => `SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = '${sentence}'`;
/** MySQL stores a body without BEGIN … END together with the semicolon behind it in a script, and its dump cannot be loaded. */
const refuseAlways = (sentence: string) => `BEGIN ${refuse(sentence)}; END`;

/** Refuses when the date lies in a locked period, but with an override reason. */
const refuseLocked = (row: 'NEW' | 'OLD', reason: string) => `
    IF ${reason} IS NULL AND EXISTS (SELECT 1 FROM company_settings WHERE lock_date IS NOT NULL AND ${row}.date <= lock_date) THEN
      ${refuse('period_locked: the voucher is dated in a locked period')};
    END IF;`;

/**
 * Trigger name → statement. They hold against plain SQL what the ledger promises: a voucher in the books balances,
 * what is posted is altered only as a new version, nothing posted and no edit log row is deleted or rewritten.
 * Entries come into and out of the books (in_books) by these triggers alone.
 */
export const FIRST_FLOOR_TRIGGERS: Record<string, string> = {
  vouchers_begin_as_draft: `CREATE TRIGGER vouchers_begin_as_draft BEFORE INSERT ON vouchers FOR EACH ROW
  IF NEW.status <> 'draft' THEN
    ${refuse('a voucher is inserted as draft with its entries and then posted')};
  END IF`,

  vouchers_guard_change: `CREATE TRIGGER vouchers_guard_change BEFORE UPDATE ON vouchers FOR EACH ROW
  BEGIN
    DECLARE total_debit, total_credit DECIMAL(30,4);
    DECLARE line_count INT;
    DECLARE stray_count INT;
    IF NEW.id <> OLD.id THEN
      ${refuse('the id of a voucher does not change')};
    END IF;
    IF OLD.status = 'cancelled' THEN
      ${refuse('voucher_cancelled: a cancelled voucher stays as it is')};
    ELSEIF OLD.status = 'posted' AND NEW.status = 'draft' THEN
      ${refuse('voucher_posted: a posted voucher is cancelled, reversed or altered as a new version')};
    ELSEIF OLD.status = 'posted' AND NEW.status = 'cancelled' THEN
      IF NEW.cancel_reason IS NULL OR NEW.cancel_reason = '' THEN
        ${refuse('a cancellation needs its reason')};
      END IF;
      IF NOT (NEW.date <=> OLD.date AND NEW.number <=> OLD.number AND NEW.voucher_type_id = OLD.voucher_type_id AND NEW.version = OLD.version) THEN
        ${refuse('a cancellation changes nothing else')};
      END IF;
      ${refuseLocked('OLD', 'NEW.lock_override_reason')}
    ELSEIF OLD.status = 'draft' AND NEW.status = 'cancelled' THEN
      ${refuse('a draft is deleted, not cancelled')};
    ELSEIF OLD.status = 'posted' AND NEW.version = OLD.version THEN
      IF NOT (NEW.date = OLD.date AND NEW.number <=> OLD.number AND NEW.number_period <=> OLD.number_period
          AND NEW.voucher_type_id = OLD.voucher_type_id AND NEW.total = OLD.total AND NEW.narration = OLD.narration
          AND NEW.is_opening = OLD.is_opening AND NEW.affects_books = OLD.affects_books) THEN
        ${refuse('voucher_posted: a posted voucher is altered as a new version')};
      END IF;
    ELSEIF OLD.status = 'posted' AND NEW.version <> OLD.version + 1 THEN
      ${refuse('an alteration is the next version')};
    END IF;
    IF NEW.status = 'posted' AND (OLD.status = 'draft' OR NEW.version <> OLD.version) THEN
      SELECT COALESCE(SUM(debit), 0), COALESCE(SUM(credit), 0), COUNT(*), COALESCE(SUM(date <> NEW.date OR is_opening <> NEW.is_opening), 0)
        INTO total_debit, total_credit, line_count, stray_count
        FROM entries WHERE voucher_id = NEW.id AND voucher_version = NEW.version;
      IF line_count < 2 OR total_debit <> total_credit THEN
        ${refuse('voucher_unbalanced: debits and credits of a voucher are equal, over two entries or more')};
      END IF;
      IF total_debit <> NEW.total OR stray_count > 0 THEN
        ${refuse('the total and the date of a voucher are those of its entries')};
      END IF;
      IF EXISTS (SELECT 1 FROM company_settings WHERE NEW.date < books_begin) THEN
        ${refuse('before_books_begin: nothing is dated before the books begin')};
      END IF;
      ${refuseLocked('NEW', 'NEW.lock_override_reason')}
      IF OLD.status = 'posted' THEN ${refuseLocked('OLD', 'NEW.lock_override_reason')} END IF;
    END IF;
  END`,

  vouchers_keep_books: `CREATE TRIGGER vouchers_keep_books AFTER UPDATE ON vouchers FOR EACH ROW
  BEGIN
    IF NEW.status = 'posted' AND (OLD.status = 'draft' OR NEW.version <> OLD.version) THEN
      IF NEW.version <> OLD.version THEN
        UPDATE entries SET in_books = 0 WHERE voucher_id = NEW.id AND voucher_version = OLD.version AND in_books = 1;
        UPDATE bill_allocations SET in_books = 0 WHERE voucher_id = NEW.id AND voucher_version = OLD.version AND in_books = 1;
      END IF;
      IF NEW.affects_books = 1 THEN
        UPDATE entries SET in_books = 1 WHERE voucher_id = NEW.id AND voucher_version = NEW.version;
        UPDATE bill_allocations SET in_books = 1 WHERE voucher_id = NEW.id AND voucher_version = NEW.version;
      END IF;
    ELSEIF NEW.status = 'cancelled' AND OLD.status = 'posted' THEN
      UPDATE entries SET in_books = 0 WHERE voucher_id = NEW.id AND in_books = 1;
      UPDATE bill_allocations SET in_books = 0 WHERE voucher_id = NEW.id AND in_books = 1;
    END IF;
  END`,

  vouchers_stay: `CREATE TRIGGER vouchers_stay BEFORE DELETE ON vouchers FOR EACH ROW
  IF OLD.status <> 'draft' THEN
    ${refuse('voucher_posted: a posted voucher is not deleted, but cancelled or reversed')};
  END IF`,

  ...Object.fromEntries(
    ['entries', 'bill_allocations'].flatMap((table) => [
      [
        `${table}_guard_insert`,
        `CREATE TRIGGER ${table}_guard_insert BEFORE INSERT ON ${table} FOR EACH ROW
  BEGIN
    IF NEW.in_books <> 0 THEN
      ${refuse('entries come into the books when their voucher is posted')};
    END IF;
    IF NOT EXISTS (SELECT 1 FROM vouchers v WHERE v.id = NEW.voucher_id AND
        ((v.status = 'draft' AND v.version = NEW.voucher_version) OR (v.status = 'posted' AND v.version + 1 = NEW.voucher_version))) THEN
      ${refuse('voucher_posted: entries belong to a draft, or to the next version of a posted voucher')};
    END IF;
  END`,
      ],
      [
        `${table}_guard_change`,
        `CREATE TRIGGER ${table}_guard_change BEFORE UPDATE ON ${table} FOR EACH ROW
  BEGIN
    IF NOT (NEW.id = OLD.id AND NEW.voucher_id = OLD.voucher_id AND NEW.voucher_version = OLD.voucher_version
        AND NEW.ledger_id = OLD.ledger_id AND NEW.date = OLD.date AND NEW.debit = OLD.debit AND NEW.credit = OLD.credit) THEN
      ${refuse('an entry is not changed; its voucher is altered as a new version')};
    END IF;
    IF NEW.in_books <> OLD.in_books AND NEW.in_books <> COALESCE((SELECT v.status = 'posted' AND v.affects_books = 1
        AND v.version = NEW.voucher_version FROM vouchers v WHERE v.id = NEW.voucher_id), 2) THEN
      ${refuse('entries are in the books as long as their voucher is posted')};
    END IF;
  END`,
      ],
      [
        `${table}_stay`,
        `CREATE TRIGGER ${table}_stay BEFORE DELETE ON ${table} FOR EACH ROW
  IF NOT EXISTS (SELECT 1 FROM vouchers v WHERE v.id = OLD.voucher_id AND v.status = 'draft') THEN
    ${refuse('voucher_posted: entries of a posted voucher are not deleted')};
  END IF`,
      ],
    ]),
  ),

  edit_log_no_change: `CREATE TRIGGER edit_log_no_change BEFORE UPDATE ON edit_log FOR EACH ROW
  ${refuseAlways('the edit log is not changed')}`,

  edit_log_no_delete: `CREATE TRIGGER edit_log_no_delete BEFORE DELETE ON edit_log FOR EACH ROW
  ${refuseAlways('the edit log is not deleted')}`,

  company_settings_stay: `CREATE TRIGGER company_settings_stay BEFORE DELETE ON company_settings FOR EACH ROW
  ${refuseAlways('the settings of the company are not deleted')}`,
};
