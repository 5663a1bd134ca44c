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
  /** Why it may only be read at the moment, for people; null or absent: it may be written. */
  readOnlyReason?: string | null;
  /** Version of the tenant database's schema; versions compare as numbers. */
  schemaVersion: string | null;
  /** Changes whenever anything in this record or its credentials changes. */
  revision: string;
  database: string;
  host: string;
  port: number;
  /** Connections to its server, of all processes together; null or absent: derived from the server's own limit. */
  connectionBudget?: number | null;
  /** A replica of its server that may be read from; part of the revision. */
  replica?: { host: string; port: number } | null;
  /** Requests per minute over all processes; absent: not limited. */
  requestsPerMinute?: number | null;
  /** Whoever is not on its list is refused while it lasts; absent: no maintenance. */
  maintenance?: TenantMaintenance | null;
}

/** Maintenance mode: the tenant is closed for everybody but a few. */
export interface TenantMaintenance {
  /** for people */
  message: string;
  /** Seconds after which clients may ask again; no longer than until the end. */
  retryAfterSeconds: number;
  /** It ends by itself then, in milliseconds since 1970; null: when somebody ends it. */
  endsAtMs: number | null;
  /** Users who may come in, by e-mail address in lower case. */
  allowedEmails: readonly string[];
  /** Clients that may come in: IP addresses and networks such as 10.1.0.0/16. */
  allowedAddresses: readonly string[];
}

export interface TenantCredentials {
  user: string;
  password: string;
}

/** Where tenants are looked up; the one thing the tenancy engine asks its host application for. */
export interface TenantDirectory {
  findById(id: string): Promise<TenantRecord | null>;
  findBySubdomain(subdomain: string): Promise<TenantRecord | null>;
  /** By a verified domain of the tenant's own, in lower-case ASCII. Absent: tenants have none. */
  findByDomain?(domain: string): Promise<TenantRecord | null>;
  /** Decrypts the database credentials; called only when a connection is opened. */
  credentials(tenantId: string): Promise<TenantCredentials>;
}

/** Tells all processes that a tenant changed. What it carries may be lost: records also age out of the cache. */
export interface TenantChangeFeed {
  /** @param listener called with the id of each tenant that changed anywhere */
  subscribe(listener: (tenantId: string) => void): void;
}
