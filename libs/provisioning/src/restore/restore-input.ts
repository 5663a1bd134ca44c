/** What the operation row of a restore holds. */
export type RestoreInput =
  | { mode: 'replace'; backup_id: string }
  | { mode: 'replace'; previous_id: string }
  | { mode: 'copy'; backup_id: string };

/** What steps of a restore leave for later ones. */
export interface RestoreState {
  /** the database that the company is to have */
  db_name?: string;
  /** the one that it had, and its user (null: the server's) */
  former_db?: string;
  former_user?: string | null;
  /** the version of the new one, after it was brought up to date */
  schema_version?: string | null;
  result?: RestoreResult;
}

/** `operation.result`. */
export interface RestoreResult {
  tenant_id: string;
  subdomain: string;
  db_name: string;
  schema_version: string | null;
  backup_id: string | null;
  /** what it had before, and until when it can be had again; null for a copy */
  previous: { db_name: string; keep_until: string } | null;
}
