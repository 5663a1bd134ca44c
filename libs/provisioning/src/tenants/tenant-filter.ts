import { likePattern } from '@finvera/common';
import { SEARCH_ENTRY_LENGTH, type Tenant } from '@finvera/master-data';

/** Which tenants are meant; deleted ones only when asked for by status. */
export interface TenantFilter {
  status?: Tenant['status'];
  plan?: string;
  /** From the beginning of a word of name, subdomain or e-mail; when nothing begins with it, anywhere inside. */
  search?: string;
}

/** Conditions of a statement with their parameters. */
export interface Conditions {
  sql: string;
  parameters: unknown[];
}

/** Status and plan, on a table or a count of tenants named `t`. */
export function statusAndPlan({ status, plan }: TenantFilter): Conditions {
  return {
    sql: `${status ? 't.status = ?' : "t.status <> 'deleted'"}${plan ? ' AND t.subscription_plan = ?' : ''}`,
    parameters: [...(status ? [status] : []), ...(plan ? [plan] : [])],
  };
}

/** Those that have the text anywhere inside: reads every tenant. */
export function containing(text: string): Conditions {
  const like = likePattern(text);
  return {
    // subdomains are ASCII, what is looked for may not be
    sql: '(t.company_name LIKE ? OR CONVERT(t.subdomain USING utf8mb4) LIKE ? OR t.email LIKE ?)',
    parameters: [like, like, like],
  };
}

/** The text as it is looked for at the beginnings of words; null when those entries cannot answer. */
export function wordPattern({ status, search }: TenantFilter): string | null {
  const text = search?.trim() ?? '';
  // deleted ones have no entries
  return text === '' || text.length > SEARCH_ENTRY_LENGTH || status === 'deleted' ? null : likePattern(text).slice(1);
}

export const both = (one: Conditions, other: Conditions): Conditions => ({
  sql: `${one.sql} AND ${other.sql}`,
  parameters: [...one.parameters, ...other.parameters],
});
