/** A column of the master database that holds secrets, encrypted by SecretBox (compact JWE). */
export interface EncryptedColumn {
  table: string;
  /** primary key, by which the table is read in pages */
  key: string;
  column: string;
  /** where in a JSON column the secret is */
  path?: `$.${string}`;
  /** a column that MySQL sets at each update: a secret encrypted anew says nothing that others should see */
  stamp?: 'updated_at';
}

/**
 * Every place of the master database where something is kept encrypted; changing the key encrypts all of them anew. A
 * feature that encrypts something adds its line here, or the tests that use it fail.
 */
export const ENCRYPTED_COLUMNS: readonly EncryptedColumn[] = [
  { table: 'database_servers', key: 'id', column: 'admin_password', stamp: 'updated_at' },
  { table: 'tenant_master', key: 'id', column: 'db_password', stamp: 'updated_at' },
  { table: 'tenant_master', key: 'id', column: 'next_db_password', stamp: 'updated_at' },
  { table: 'tenant_operations', key: 'id', column: 'input', path: '$.answer', stamp: 'updated_at' },
  { table: 'idempotency_keys', key: 'idempotency_key', column: 'answer' },
  { table: 'webhook_endpoints', key: 'id', column: 'secret', stamp: 'updated_at' },
  { table: 'webhook_endpoints', key: 'id', column: 'former_secret', stamp: 'updated_at' },
  { table: 'backups', key: 'id', column: 'data_key', stamp: 'updated_at' },
  { table: 'company_secrets', key: 'id', column: 'secret', stamp: 'updated_at' },
];

/** Columns that hold encrypted values which belong to one key each and are not encrypted anew. */
export const KEY_CHECK_COLUMNS: readonly Pick<EncryptedColumn, 'table' | 'column'>[] = [
  { table: 'encryption_keys', column: 'check_value' },
  { table: 'encryption_keys', column: 'next_check_value' },
];
