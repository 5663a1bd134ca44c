const OPTIONS = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci';
const STAMPS = `created_at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  updated_at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6)`;
const ASCII = 'CHARACTER SET ascii COLLATE ascii_bin';

/** Characters of a text that can be searched for from the beginning of one of its words. */
export const SEARCH_ENTRY_LENGTH = 60;

export const MANY_TENANTS_TABLES: Record<string, string> = {
  warm_databases: `CREATE TABLE IF NOT EXISTS warm_databases (
  db_name VARCHAR(64) ${ASCII} NOT NULL PRIMARY KEY,
  server_id CHAR(36) ${ASCII} NOT NULL,
  schema_version VARCHAR(20) ${ASCII} NOT NULL,
  status ENUM('building','ready','claimed','dropping') NOT NULL DEFAULT 'building',
  tenant_id CHAR(36) ${ASCII} NULL,
  ${STAMPS},
  UNIQUE KEY warm_databases_tenant (tenant_id),
  KEY warm_databases_ready (server_id, status, schema_version),
  CONSTRAINT warm_databases_server FOREIGN KEY (server_id) REFERENCES database_servers (id)
) ${OPTIONS}`,

  server_loads: `CREATE TABLE IF NOT EXISTS server_loads (
  server_id CHAR(36) ${ASCII} NOT NULL PRIMARY KEY,
  open_connections INT UNSIGNED NOT NULL,
  max_connections INT UNSIGNED NOT NULL,
  storage_used_mb DECIMAL(16,3) NOT NULL DEFAULT 0,
  measured_at DATETIME(6) NOT NULL,
  CONSTRAINT server_loads_server FOREIGN KEY (server_id) REFERENCES database_servers (id) ON DELETE CASCADE
) ${OPTIONS}`,

  tenant_counts: `CREATE TABLE IF NOT EXISTS tenant_counts (
  server_id CHAR(36) ${ASCII} NOT NULL,
  subscription_plan VARCHAR(40) NOT NULL,
  status VARCHAR(20) ${ASCII} NOT NULL,
  tenants INT NOT NULL,
  PRIMARY KEY (server_id, subscription_plan, status)
) ${OPTIONS}`,

  tenant_search: `CREATE TABLE IF NOT EXISTS tenant_search (
  tenant_id CHAR(36) ${ASCII} NOT NULL,
  entry VARCHAR(${SEARCH_ENTRY_LENGTH}) NOT NULL,
  PRIMARY KEY (tenant_id, entry),
  KEY tenant_search_entry (entry)
) ${OPTIONS}`,
};

/** One for each field that a list is sorted by: with what it is filtered by, so that rows of other pages are not read. */
export const LIST_INDEXES: Record<string, string> = {
  tenant_master_by_company: 'company_name, id, status, subscription_plan',
  tenant_master_by_subdomain: 'subdomain, id, status, subscription_plan',
  tenant_master_by_created: 'created_at, id, status, subscription_plan',
  tenant_master_by_updated: 'updated_at, id, status, subscription_plan',
  tenant_master_by_status: 'status, id, subscription_plan',
  tenant_master_by_plan: 'subscription_plan, id, status',
  tenant_master_by_storage: 'storage_used_mb, id, status, subscription_plan',
};

export const REPLACED_INDEXES: Record<string, string> = {
  tenant_master_subdomain: 'subdomain',
  tenant_master_company: 'company_name',
  tenant_master_created: 'created_at',
};

const count = (row: 'OLD' | 'NEW', step: 1 | -1) => `
    INSERT INTO tenant_counts (server_id, subscription_plan, status, tenants)
      VALUES (${row}.server_id, ${row}.subscription_plan, ${row}.status, ${step})
      ON DUPLICATE KEY UPDATE tenants = tenants + (${step});`;

const counted = (row: 'OLD' | 'NEW') => `CONCAT_WS(' ', ${row}.server_id, ${row}.subscription_plan, ${row}.status)`;

const SEPARATORS = ['\\n', '.', '@', '-', '_', '/', '&', '(', ')', ',', '+', "''"];
const spaced = (text: string) => SEPARATORS.reduce((sql, sign) => `REPLACE(${sql}, '${sign}', ' ')`, text);

const DECLARE_ENTRIES = `
    DECLARE whole, words VARCHAR(600) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci;
    DECLARE position INT DEFAULT 1;`;

/** Enters the text from the beginning of each word of name, subdomain and e-mail. */
const ENTER = `
    SET whole = CONCAT_WS('\\n', NEW.company_name, NEW.subdomain, NEW.email);
    SET words = ${spaced('whole')};
    WHILE position > 0 AND position <= CHAR_LENGTH(whole) DO
      IF SUBSTRING(words, position, 1) <> ' ' THEN
        INSERT IGNORE INTO tenant_search (tenant_id, entry) VALUES (NEW.id, SUBSTRING(whole, position, ${SEARCH_ENTRY_LENGTH}));
      END IF;
      SET position = LOCATE(' ', words, position);
      IF position > 0 THEN SET position = position + 1; END IF;
    END WHILE;`;

/** They keep what is derived from a tenant's row, whoever changes it. */
export const MANY_TENANTS_TRIGGERS: Record<string, string> = {
  tenant_master_counted_insert: `CREATE TRIGGER tenant_master_counted_insert AFTER INSERT ON tenant_master FOR EACH ROW
  BEGIN ${count('NEW', 1)}
  END`,

  // always in the same order, so that two changes do not wait for each other
  tenant_master_counted_update: `CREATE TRIGGER tenant_master_counted_update AFTER UPDATE ON tenant_master FOR EACH ROW
  BEGIN
    IF ${counted('OLD')} < ${counted('NEW')} THEN ${count('OLD', -1)} ${count('NEW', 1)}
    ELSEIF ${counted('OLD')} > ${counted('NEW')} THEN ${count('NEW', 1)} ${count('OLD', -1)}
    END IF;
  END`,

  tenant_master_counted_delete: `CREATE TRIGGER tenant_master_counted_delete AFTER DELETE ON tenant_master FOR EACH ROW
  BEGIN ${count('OLD', -1)}
  END`,

  tenant_master_found_insert: `CREATE TRIGGER tenant_master_found_insert AFTER INSERT ON tenant_master FOR EACH ROW
  BEGIN ${DECLARE_ENTRIES}
    IF NEW.status <> 'deleted' THEN ${ENTER}
    END IF;
  END`,

  tenant_master_found_update: `CREATE TRIGGER tenant_master_found_update AFTER UPDATE ON tenant_master FOR EACH ROW
  BEGIN ${DECLARE_ENTRIES}
    IF NEW.status = 'deleted' THEN
      IF OLD.status <> 'deleted' THEN DELETE FROM tenant_search WHERE tenant_id = NEW.id; END IF;
    ELSEIF NEW.company_name <> OLD.company_name OR NEW.subdomain <> OLD.subdomain OR NEW.email <> OLD.email
        OR NOT EXISTS (SELECT 1 FROM tenant_search WHERE tenant_id = NEW.id) THEN
      DELETE FROM tenant_search WHERE tenant_id = NEW.id; ${ENTER}
    END IF;
  END`,

  tenant_master_found_delete: `CREATE TRIGGER tenant_master_found_delete AFTER DELETE ON tenant_master FOR EACH ROW
  DELETE FROM tenant_search WHERE tenant_id = OLD.id`,
};
