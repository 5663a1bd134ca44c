export const COMPANY_STATUSES = [
  'provisioning',
  'active',
  'suspended',
  'archived',
  'migrating',
  'restoring',
  'deleting',
  'deleted',
  'failed',
] as const;

/** The plans of a new platform; one may have others. */
export const USUAL_PLANS = ['trial', 'free', 'basic', 'standard', 'premium', 'enterprise'];

export interface Company {
  id: string;
  company_name: string;
  subdomain: string;
  email: string;
  phone: string;
  subscription_plan: string;
  status: (typeof COMPANY_STATUSES)[number];
  db_name: string;
  db_host: string;
  db_provisioned: boolean;
  schema_version: string | null;
  storage_used_mb: number;
  storage_limit_mb: number;
  suspended_reason: string | null;
  read_only_reason: string | null;
  delete_after: string | null;
  maintenance: { message: string; ends_at: string | null } | null;
  created_at: string;
  updated_at: string;
}

/** What creating answers: the company and, once, how its administrator signs in. */
export interface CreatedCompany extends Company {
  admin_user?: { email: string; temporary_password?: string };
}

export interface CompanyStats {
  storage_used_mb: number;
  storage_limit_mb: number;
  storage_used_percent: number;
  connections: { open: number; idle: number; waiting: number };
  tables: { name: string; rows_estimate: number; size_mb: number }[];
  measured_at: string;
}

export interface CompanyHealth {
  database_accessible: boolean;
  connection_pool_status: 'healthy' | 'busy' | 'unavailable';
  last_query_time_ms: number | null;
  storage_used_mb: number;
  storage_limit_mb: number;
}

export const choicesOf = (values: readonly string[]) => values.map((value) => ({ id: value, name: value }));
