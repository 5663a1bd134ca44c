export const OPERATION_STATUSES = [
  'queued',
  'running',
  'succeeded',
  'failed',
  'undoing',
  'undone',
  'cancelled',
] as const;

export const OPERATION_KINDS = [
  'create_tenant',
  'delete_tenant',
  'undelete_tenant',
  'purge_tenant',
  'archive_tenant',
  'unarchive_tenant',
];

/** The one order the API has. */
export const NEWEST_FIRST = { field: 'created_at', order: 'DESC' } as const;

export const LOOK_EVERY_MS = 1_000;

export interface Operation {
  id: string;
  kind: string;
  tenant_id: string;
  status: (typeof OPERATION_STATUSES)[number];
  step: string | null;
  progress: number;
  attempts: number;
  error: { code: string; message: string } | null;
  requested_by: string;
  created_at: string;
  started_at: string | null;
  finished_at: string | null;
}

export const isUnfinished = ({ status }: Operation) => ['queued', 'running', 'undoing'].includes(status);
