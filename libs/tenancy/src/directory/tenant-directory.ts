/** States of a tenant that matter to a request. */
export type TenantStatus =
  | 'provisioning'
  | 'active'
  | 'suspended'
  | 'archived'
  | 'migrating'
  | 'restoring'
  | 'deleting'
  | 'deleted'
  | 'failed';

/** What the tenancy engine needs to know of a tenant; holds no secret. */
export interface TenantRecord {
  id: string;
  subdomain: string;
  status: TenantStatus;
  provisioned: boolean;
  /** Why it is suspended, for people; may be empty. */
  suspendedReason: string | null;
  /** Version of the tenant database's schema; versions compare as numbers. */
  schemaVersion: string | null;
  /** Changes whenever anything in this record or its credentials changes. */
  revision: string;
  database: string;
  host: string;
  port: number;
}

export interface TenantCredentials {
  user: string;
  password: string;
}

/** Where tenants are looked up; the one thing the tenancy engine asks its host application for. */
export interface TenantDirectory {
  findById(id: string): Promise<TenantRecord | null>;
  findBySubdomain(subdomain: string): Promise<TenantRecord | null>;
  /** Decrypts the database credentials; called only when a connection is opened. */
  credentials(tenantId: string): Promise<TenantCredentials>;
}

/** Tells all processes that a tenant changed. What it carries may be lost: records also age out of the cache. */
export interface TenantChangeFeed {
  /** @param listener called with the id of each tenant that changed anywhere */
  subscribe(listener: (tenantId: string) => void): void;
}
