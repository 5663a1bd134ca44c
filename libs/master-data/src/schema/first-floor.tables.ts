const OPTIONS = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci';
const STAMPS = `created_at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  updated_at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6)`;
const ASCII = 'CHARACTER SET ascii COLLATE ascii_bin';

/**
 * Table name → statement, in the order in which foreign keys need them. DDL commits by itself: a run that was killed is
 * taken up again by the next one, so each statement may find its work done.
 */
export const MASTER_TABLES: Record<string, string> = {
  encryption_keys: `CREATE TABLE IF NOT EXISTS encryption_keys (
  slot TINYINT NOT NULL PRIMARY KEY DEFAULT 1,
  kid VARCHAR(64) ${ASCII} NOT NULL,
  check_value TEXT NOT NULL,
  ${STAMPS},
  CONSTRAINT encryption_keys_one_current CHECK (slot = 1)
) ${OPTIONS}`,

  database_servers: `CREATE TABLE IF NOT EXISTS database_servers (
  id CHAR(36) ${ASCII} NOT NULL PRIMARY KEY,
  name VARCHAR(60) NOT NULL,
  host VARCHAR(255) NOT NULL,
  port SMALLINT UNSIGNED NOT NULL,
  admin_user VARCHAR(80) NOT NULL,
  admin_password TEXT NOT NULL,
  placement_class ENUM('premium','standard','trial') NOT NULL DEFAULT 'standard',
  max_tenants INT UNSIGNED NOT NULL DEFAULT 10000,
  status ENUM('active','draining','retired') NOT NULL DEFAULT 'active',
  is_default TINYINT(1) NOT NULL DEFAULT 0,
  engine VARCHAR(60) NOT NULL DEFAULT '',
  ${STAMPS},
  UNIQUE KEY database_servers_name (name),
  UNIQUE KEY database_servers_address (host, port)
) ${OPTIONS}`,

  plans: `CREATE TABLE IF NOT EXISTS plans (
  code VARCHAR(40) NOT NULL PRIMARY KEY,
  name VARCHAR(80) NOT NULL,
  storage_limit_mb INT UNSIGNED NOT NULL,
  placement_class ENUM('premium','standard','trial') NOT NULL DEFAULT 'standard',
  monthly_price DECIMAL(12,2) NOT NULL DEFAULT 0,
  currency CHAR(3) NOT NULL DEFAULT 'INR',
  is_active TINYINT(1) NOT NULL DEFAULT 1,
  ${STAMPS}
) ${OPTIONS}`,

  admins: `CREATE TABLE IF NOT EXISTS admins (
  id CHAR(36) ${ASCII} NOT NULL PRIMARY KEY,
  email VARCHAR(254) NOT NULL,
  name VARCHAR(120) NOT NULL,
  password_hash VARCHAR(255) NOT NULL,
  is_active TINYINT(1) NOT NULL DEFAULT 1,
  last_sign_in_at DATETIME(6) NULL,
  ${STAMPS},
  UNIQUE KEY admins_email (email)
) ${OPTIONS}`,

  tenant_master: `CREATE TABLE IF NOT EXISTS tenant_master (
  id CHAR(36) ${ASCII} NOT NULL PRIMARY KEY,
  company_name VARCHAR(200) NOT NULL,
  subdomain VARCHAR(63) ${ASCII} NOT NULL,
  live_subdomain VARCHAR(63) ${ASCII} AS (CASE WHEN status = 'deleted' THEN NULL ELSE subdomain END) STORED,
  email VARCHAR(254) NOT NULL,
  phone VARCHAR(32) NOT NULL DEFAULT '',
  subscription_plan VARCHAR(40) NOT NULL,
  status ENUM('provisioning','active','suspended','archived','migrating','restoring','deleting','deleted','failed') NOT NULL DEFAULT 'provisioning',
  server_id CHAR(36) ${ASCII} NOT NULL,
  db_name VARCHAR(64) NOT NULL,
  db_host VARCHAR(255) NOT NULL,
  db_port SMALLINT UNSIGNED NOT NULL,
  db_user VARCHAR(32) NULL,
  db_password TEXT NULL,
  db_provisioned TINYINT(1) NOT NULL DEFAULT 0,
  schema_version VARCHAR(20) NULL,
  storage_used_mb DECIMAL(14,3) NOT NULL DEFAULT 0,
  storage_limit_mb INT UNSIGNED NOT NULL,
  storage_measured_at DATETIME(6) NULL,
  suspended_reason VARCHAR(500) NULL,
  suspended_at DATETIME(6) NULL,
  delete_after DATETIME(6) NULL,
  ${STAMPS},
  UNIQUE KEY tenant_master_live_subdomain (live_subdomain),
  UNIQUE KEY tenant_master_database (server_id, db_name),
  KEY tenant_master_subdomain (subdomain),
  KEY tenant_master_status (status, created_at),
  KEY tenant_master_plan (subscription_plan, created_at),
  KEY tenant_master_company (company_name),
  KEY tenant_master_created (created_at),
  CONSTRAINT tenant_master_server FOREIGN KEY (server_id) REFERENCES database_servers (id),
  CONSTRAINT tenant_master_plan FOREIGN KEY (subscription_plan) REFERENCES plans (code)
) ${OPTIONS}`,

  tenant_operations: `CREATE TABLE IF NOT EXISTS tenant_operations (
  id CHAR(36) ${ASCII} NOT NULL PRIMARY KEY,
  kind VARCHAR(40) NOT NULL,
  tenant_id VARCHAR(36) ${ASCII} NOT NULL,
  status ENUM('queued','running','succeeded','failed','undoing','undone','cancelled') NOT NULL DEFAULT 'queued',
  active_tenant_id VARCHAR(36) ${ASCII} AS (CASE WHEN finished_at IS NULL THEN tenant_id ELSE NULL END) STORED,
  step VARCHAR(60) NULL,
  progress TINYINT UNSIGNED NOT NULL DEFAULT 0,
  attempts INT UNSIGNED NOT NULL DEFAULT 0,
  claim_token CHAR(36) ${ASCII} NULL,
  input JSON NOT NULL,
  state JSON NOT NULL,
  error_code VARCHAR(60) NULL,
  error_message VARCHAR(1000) NULL,
  requested_by VARCHAR(254) NOT NULL,
  requested_by_id VARCHAR(64) NOT NULL,
  requested_from VARCHAR(45) NULL,
  request_id VARCHAR(64) NOT NULL,
  resume_after_crash TINYINT(1) NOT NULL DEFAULT 1,
  started_at DATETIME(6) NULL,
  finished_at DATETIME(6) NULL,
  ${STAMPS},
  UNIQUE KEY tenant_operations_one_active (active_tenant_id),
  KEY tenant_operations_tenant (tenant_id, created_at),
  KEY tenant_operations_status (status, created_at),
  CONSTRAINT tenant_operations_progress CHECK (progress <= 100)
) ${OPTIONS}`,

  audit_log: `CREATE TABLE IF NOT EXISTS audit_log (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  at DATETIME(6) NOT NULL,
  actor_id VARCHAR(64) NOT NULL,
  actor_name VARCHAR(254) NOT NULL,
  actor_kind VARCHAR(20) NOT NULL,
  request_id VARCHAR(64) NOT NULL,
  ip VARCHAR(45) NULL,
  action VARCHAR(60) NOT NULL,
  tenant_id CHAR(36) ${ASCII} NULL,
  object_type VARCHAR(40) NOT NULL,
  object_id VARCHAR(64) NOT NULL,
  before_state JSON NULL,
  after_state JSON NULL,
  previous_hash CHAR(64) ${ASCII} NOT NULL,
  hash CHAR(64) ${ASCII} NOT NULL,
  UNIQUE KEY audit_log_previous (previous_hash),
  KEY audit_log_tenant (tenant_id, id),
  KEY audit_log_action (action, id)
) ${OPTIONS}`,

  audit_log_head: `CREATE TABLE IF NOT EXISTS audit_log_head (
  slot TINYINT NOT NULL PRIMARY KEY DEFAULT 1,
  hash CHAR(64) ${ASCII} NOT NULL,
  CONSTRAINT audit_log_head_one CHECK (slot = 1)
) ${OPTIONS}`,

  idempotency_keys: `CREATE TABLE IF NOT EXISTS idempotency_keys (
  idempotency_key VARCHAR(200) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL PRIMARY KEY,
  route VARCHAR(200) NOT NULL,
  body_hash CHAR(64) ${ASCII} NOT NULL,
  tenant_id CHAR(36) ${ASCII} NULL,
  answer LONGTEXT NULL,
  created_at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  KEY idempotency_keys_created (created_at)
) ${OPTIONS}`,
};

const refuse = (sentence: string) => `SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = '${sentence}'`;

export const MASTER_TRIGGERS: Record<string, string> = {
  audit_log_no_change: `CREATE TRIGGER audit_log_no_change BEFORE UPDATE ON audit_log FOR EACH ROW ${refuse('the audit log is not changed')}`,
  audit_log_no_delete: `CREATE TRIGGER audit_log_no_delete BEFORE DELETE ON audit_log FOR EACH ROW ${refuse('the audit log is not deleted')}`,
};
