const OPTIONS = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci';
const STAMPS = `created_at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  updated_at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6)`;

/** Table name → statement, in the order in which foreign keys need them. */
export const FIRST_FLOOR_TABLES: Record<string, string> = {
  company_settings: `CREATE TABLE company_settings (
  id TINYINT NOT NULL PRIMARY KEY DEFAULT 1,
  company_name VARCHAR(200) NOT NULL,
  email VARCHAR(254) NOT NULL DEFAULT '',
  phone VARCHAR(32) NOT NULL DEFAULT '',
  base_currency CHAR(3) NOT NULL DEFAULT 'INR',
  currency_digits TINYINT UNSIGNED NOT NULL DEFAULT 2,
  financial_year_start CHAR(5) NOT NULL DEFAULT '04-01',
  books_begin DATE NOT NULL,
  time_zone VARCHAR(64) NOT NULL DEFAULT 'Asia/Kolkata',
  lock_date DATE NULL,
  version INT UNSIGNED NOT NULL DEFAULT 1,
  ${STAMPS},
  CONSTRAINT company_settings_one_row CHECK (id = 1),
  CONSTRAINT company_settings_digits CHECK (currency_digits <= 4)
) ${OPTIONS}`,

  roles: `CREATE TABLE roles (
  id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  code VARCHAR(40) NOT NULL,
  name VARCHAR(80) NOT NULL,
  permissions JSON NOT NULL,
  is_reserved TINYINT(1) NOT NULL DEFAULT 0,
  ${STAMPS},
  UNIQUE KEY roles_code (code)
) ${OPTIONS}`,

  users: `CREATE TABLE users (
  id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  email VARCHAR(254) NOT NULL,
  name VARCHAR(120) NOT NULL,
  password_hash VARCHAR(255) NOT NULL,
  role_id BIGINT UNSIGNED NOT NULL,
  is_active TINYINT(1) NOT NULL DEFAULT 1,
  password_change_required TINYINT(1) NOT NULL DEFAULT 0,
  token_version INT UNSIGNED NOT NULL DEFAULT 1,
  last_sign_in_at DATETIME(6) NULL,
  version INT UNSIGNED NOT NULL DEFAULT 1,
  ${STAMPS},
  UNIQUE KEY users_email (email),
  KEY users_role (role_id),
  CONSTRAINT users_role FOREIGN KEY (role_id) REFERENCES roles (id)
) ${OPTIONS}`,

  financial_years: `CREATE TABLE financial_years (
  id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  name VARCHAR(20) NOT NULL,
  start_date DATE NOT NULL,
  end_date DATE NOT NULL,
  status ENUM('open','closed') NOT NULL DEFAULT 'open',
  closing_voucher_id BIGINT UNSIGNED NULL,
  ${STAMPS},
  UNIQUE KEY financial_years_start (start_date),
  CONSTRAINT financial_years_dates CHECK (end_date > start_date)
) ${OPTIONS}`,

  account_groups: `CREATE TABLE account_groups (
  id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  name VARCHAR(120) NOT NULL,
  parent_id BIGINT UNSIGNED NULL,
  nature ENUM('asset','liability','equity','income','expense') NOT NULL,
  affects_gross_profit TINYINT(1) NOT NULL DEFAULT 0,
  is_reserved TINYINT(1) NOT NULL DEFAULT 0,
  reserved_code VARCHAR(40) NULL,
  sort_order INT NOT NULL DEFAULT 1000,
  version INT UNSIGNED NOT NULL DEFAULT 1,
  ${STAMPS},
  UNIQUE KEY account_groups_name (name),
  UNIQUE KEY account_groups_reserved_code (reserved_code),
  KEY account_groups_parent (parent_id),
  CONSTRAINT account_groups_parent FOREIGN KEY (parent_id) REFERENCES account_groups (id)
) ${OPTIONS}`,

  ledgers: `CREATE TABLE ledgers (
  id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  name VARCHAR(190) NOT NULL,
  code VARCHAR(40) NULL,
  group_id BIGINT UNSIGNED NOT NULL,
  bill_by_bill TINYINT(1) NOT NULL DEFAULT 0,
  credit_days SMALLINT UNSIGNED NULL,
  notes VARCHAR(1000) NOT NULL DEFAULT '',
  is_active TINYINT(1) NOT NULL DEFAULT 1,
  is_reserved TINYINT(1) NOT NULL DEFAULT 0,
  reserved_code VARCHAR(40) NULL,
  opening_voucher_id BIGINT UNSIGNED NULL,
  version INT UNSIGNED NOT NULL DEFAULT 1,
  ${STAMPS},
  UNIQUE KEY ledgers_name (name),
  UNIQUE KEY ledgers_code (code),
  UNIQUE KEY ledgers_reserved_code (reserved_code),
  KEY ledgers_group (group_id, name),
  CONSTRAINT ledgers_group FOREIGN KEY (group_id) REFERENCES account_groups (id)
) ${OPTIONS}`,

  voucher_types: `CREATE TABLE voucher_types (
  id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  name VARCHAR(80) NOT NULL,
  base_type ENUM('contra','payment','receipt','journal','sales','purchase','credit_note','debit_note','memorandum','reversing_journal','opening') NOT NULL,
  numbering ENUM('automatic','manual','none') NOT NULL DEFAULT 'automatic',
  number_prefix VARCHAR(12) NOT NULL DEFAULT '',
  number_suffix VARCHAR(12) NOT NULL DEFAULT '',
  number_width TINYINT UNSIGNED NOT NULL DEFAULT 0,
  number_restart ENUM('never','financial_year','month') NOT NULL DEFAULT 'financial_year',
  is_reserved TINYINT(1) NOT NULL DEFAULT 0,
  is_active TINYINT(1) NOT NULL DEFAULT 1,
  version INT UNSIGNED NOT NULL DEFAULT 1,
  ${STAMPS},
  UNIQUE KEY voucher_types_name (name)
) ${OPTIONS}`,

  voucher_number_series: `CREATE TABLE voucher_number_series (
  voucher_type_id BIGINT UNSIGNED NOT NULL,
  period_start DATE NOT NULL,
  last_number INT UNSIGNED NOT NULL DEFAULT 0,
  PRIMARY KEY (voucher_type_id, period_start),
  CONSTRAINT voucher_number_series_type FOREIGN KEY (voucher_type_id) REFERENCES voucher_types (id)
) ${OPTIONS}`,

  vouchers: `CREATE TABLE vouchers (
  id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  voucher_type_id BIGINT UNSIGNED NOT NULL,
  date DATE NOT NULL,
  number VARCHAR(40) NULL,
  number_period DATE NULL,
  narration VARCHAR(1000) NOT NULL DEFAULT '',
  reference VARCHAR(100) NOT NULL DEFAULT '',
  status ENUM('draft','posted','cancelled') NOT NULL DEFAULT 'draft',
  is_opening TINYINT(1) NOT NULL DEFAULT 0,
  affects_books TINYINT(1) NOT NULL DEFAULT 1,
  version INT UNSIGNED NOT NULL DEFAULT 1,
  total DECIMAL(22,4) NOT NULL DEFAULT 0,
  reversal_of_id BIGINT UNSIGNED NULL,
  lock_override_reason VARCHAR(500) NULL,
  cancel_reason VARCHAR(500) NULL,
  cancelled_at DATETIME(6) NULL,
  posted_at DATETIME(6) NULL,
  created_by VARCHAR(64) NOT NULL,
  ${STAMPS},
  UNIQUE KEY vouchers_number (voucher_type_id, number_period, number),
  UNIQUE KEY vouchers_reversal (reversal_of_id),
  KEY vouchers_date (date, id),
  CONSTRAINT vouchers_type FOREIGN KEY (voucher_type_id) REFERENCES voucher_types (id),
  CONSTRAINT vouchers_reversal FOREIGN KEY (reversal_of_id) REFERENCES vouchers (id),
  CONSTRAINT vouchers_total CHECK (total >= 0)
) ${OPTIONS}`,

  entries: `CREATE TABLE entries (
  id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  voucher_id BIGINT UNSIGNED NOT NULL,
  voucher_version INT UNSIGNED NOT NULL DEFAULT 1,
  line_no SMALLINT UNSIGNED NOT NULL,
  ledger_id BIGINT UNSIGNED NOT NULL,
  date DATE NOT NULL,
  debit DECIMAL(22,4) NOT NULL DEFAULT 0,
  credit DECIMAL(22,4) NOT NULL DEFAULT 0,
  narration VARCHAR(500) NOT NULL DEFAULT '',
  in_books TINYINT(1) NOT NULL DEFAULT 0,
  is_opening TINYINT(1) NOT NULL DEFAULT 0,
  UNIQUE KEY entries_voucher (voucher_id, voucher_version, line_no),
  KEY entries_ledger (ledger_id, in_books, date, id, is_opening, debit, credit),
  CONSTRAINT entries_voucher FOREIGN KEY (voucher_id) REFERENCES vouchers (id),
  CONSTRAINT entries_ledger FOREIGN KEY (ledger_id) REFERENCES ledgers (id),
  CONSTRAINT entries_one_side CHECK ((debit > 0 AND credit = 0) OR (credit > 0 AND debit = 0))
) ${OPTIONS}`,

  bill_allocations: `CREATE TABLE bill_allocations (
  id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  entry_id BIGINT UNSIGNED NOT NULL,
  voucher_id BIGINT UNSIGNED NOT NULL,
  voucher_version INT UNSIGNED NOT NULL DEFAULT 1,
  ledger_id BIGINT UNSIGNED NOT NULL,
  type ENUM('new_ref','agst_ref','advance','on_account') NOT NULL,
  name VARCHAR(100) NOT NULL DEFAULT '',
  date DATE NOT NULL,
  due_date DATE NULL,
  debit DECIMAL(22,4) NOT NULL DEFAULT 0,
  credit DECIMAL(22,4) NOT NULL DEFAULT 0,
  in_books TINYINT(1) NOT NULL DEFAULT 0,
  KEY bill_allocations_entry (entry_id),
  KEY bill_allocations_voucher (voucher_id),
  KEY bill_allocations_ledger (ledger_id, in_books, name, date),
  CONSTRAINT bill_allocations_entry FOREIGN KEY (entry_id) REFERENCES entries (id),
  CONSTRAINT bill_allocations_voucher FOREIGN KEY (voucher_id) REFERENCES vouchers (id),
  CONSTRAINT bill_allocations_ledger FOREIGN KEY (ledger_id) REFERENCES ledgers (id),
  CONSTRAINT bill_allocations_one_side CHECK ((debit > 0 AND credit = 0) OR (credit > 0 AND debit = 0)),
  CONSTRAINT bill_allocations_name CHECK (type = 'on_account' OR name <> '')
) ${OPTIONS}`,

  edit_log: `CREATE TABLE edit_log (
  id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  actor_id VARCHAR(64) NOT NULL,
  actor_name VARCHAR(254) NOT NULL,
  actor_kind VARCHAR(20) NOT NULL,
  request_id VARCHAR(64) NOT NULL,
  ip VARCHAR(45) NULL,
  action VARCHAR(40) NOT NULL,
  object_type VARCHAR(40) NOT NULL,
  object_id VARCHAR(64) NOT NULL,
  object_name VARCHAR(200) NOT NULL DEFAULT '',
  reason VARCHAR(500) NULL,
  before_state JSON NULL,
  after_state JSON NULL,
  content_hash CHAR(64) NOT NULL,
  KEY edit_log_object (object_type, object_id, id),
  KEY edit_log_actor (actor_id, id)
) ${OPTIONS}`,

  idempotency_keys: `CREATE TABLE idempotency_keys (
  idempotency_key VARCHAR(200) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  route VARCHAR(200) NOT NULL,
  body_hash CHAR(64) NOT NULL,
  answer LONGTEXT NULL,
  created_at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  PRIMARY KEY (idempotency_key),
  KEY idempotency_keys_created (created_at)
) ${OPTIONS}`,
};
