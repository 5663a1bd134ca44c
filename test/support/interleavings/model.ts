/** What may be asked of a company. */
export const ACTIONS = [
  'create',
  'create_queued',
  'suspend',
  'reactivate',
  'change_plan',
  'archive',
  'unarchive',
  'delete',
  'undelete',
  'purge',
  'rotate_password',
  'rehearse',
] as const;
export type Action = (typeof ACTIONS)[number];

export const PLANS = ['trial', 'standard', 'premium'] as const;

/** A company as it must be when nobody is at work on it. */
export interface Company {
  subdomain: string;
  /** of its newest record */
  id?: string;
  status: 'none' | 'active' | 'suspended' | 'archived' | 'deleting' | 'deleted';
  /** also while it is archived or being deleted */
  suspended: boolean;
  hasDatabase: boolean;
  plan: string;
  schema: 'old' | 'new';
  /** the operation that was accepted last, until it is seen to have ended */
  atWork?: { id: string; afterwards: Change };
}

export type Change = Partial<Pick<Company, 'status' | 'suspended' | 'hasDatabase' | 'plan' | 'schema'>>;

/** What must be answered to a company that nobody is at work on. */
export type Expected =
  | { accepted: Change /** in this answer already, or when an operation has ended */; at: 'once' | 'end' }
  | { refused: string };

export const newCompany = (subdomain: string): Company => ({
  subdomain,
  status: 'none',
  suspended: false,
  hasDatabase: false,
  plan: 'standard',
  schema: 'new',
});

export function expected(company: Company, action: Action, plan: string): Expected {
  const { status, suspended, hasDatabase } = company;
  const open = status === 'active' || status === 'suspended';
  const ended = status === 'deleting' || status === 'deleted';
  const opened = suspended ? 'suspended' : 'active';
  switch (action) {
    case 'create':
    case 'create_queued': {
      if (status !== 'none' && status !== 'deleted') return { refused: 'subdomain_taken' };
      const made = { status: 'active', suspended: false, hasDatabase: true, plan: 'standard', schema: 'new' } as const;
      return { accepted: made, at: action === 'create' ? 'once' : 'end' };
    }
    case 'suspend':
      return open ? { accepted: { status: 'suspended', suspended: true }, at: 'once' } : refusedStatus(status);
    case 'reactivate':
      return open ? { accepted: { status: 'active', suspended: false }, at: 'once' } : refusedStatus(status);
    case 'change_plan':
      return status === 'deleted' ? { refused: 'tenant_deleted' } : { accepted: { plan }, at: 'once' };
    case 'archive':
      if (ended) return { refused: 'tenant_deleted' };
      return open
        ? { accepted: { status: 'archived', hasDatabase: false }, at: 'end' }
        : { refused: 'tenant_archived' };
    case 'unarchive':
      if (ended) return { refused: 'tenant_deleted' };
      return open
        ? { refused: 'tenant_not_archived' }
        : { accepted: { status: opened, hasDatabase: true, schema: 'new' }, at: 'end' };
    case 'delete':
      return ended ? { refused: 'tenant_deleted' } : { accepted: { status: 'deleting' }, at: 'end' };
    case 'undelete':
      if (status === 'deleted') return { refused: 'tenant_deleted' };
      return status === 'deleting'
        ? { accepted: { status: hasDatabase ? opened : 'archived' }, at: 'end' }
        : { refused: 'tenant_not_deleted' };
    case 'purge':
      return status === 'deleted'
        ? { refused: 'tenant_deleted' }
        : { accepted: { status: 'deleted', hasDatabase: false }, at: 'end' };
    case 'rotate_password': // also of a company that may come back
      return hasDatabase && status !== 'deleted' ? { accepted: {}, at: 'end' } : { refused: 'tenant_status' };
    case 'rehearse':
      return open ? { accepted: {}, at: 'end' } : { refused: 'tenant_status' };
  }
}

const refusedStatus = (status: Company['status']): Expected => ({
  refused: status === 'deleted' ? 'tenant_deleted' : 'tenant_status',
});
