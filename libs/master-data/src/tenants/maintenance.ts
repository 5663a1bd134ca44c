import { readJson } from '@finvera/common';
/** A company's maintenance mode, as it is stored (JSON) and shown. Times are ISO 8601. */
export interface Maintenance {
  /** for people */
  message: string;
  retry_after_seconds: number;
  /** It ends by itself then; null: when somebody ends it. */
  ends_at: string | null;
  /** in lower case */
  allowed_emails: string[];
  /** IP addresses and networks (CIDR) */
  allowed_addresses: string[];
  started_at: string;
}

/** Of a row of `tenant_master`. */
export function readMaintenance(column: unknown): Maintenance | null {
  return readJson<Maintenance | null>(column) ?? null;
}
