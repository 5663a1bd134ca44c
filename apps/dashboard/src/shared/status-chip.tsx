import Chip, { type ChipProps } from '@mui/material/Chip';

const COLORS: Record<string, ChipProps['color']> = {
  active: 'success',
  succeeded: 'success',
  healthy: 'success',
  provisioning: 'info',
  running: 'info',
  queued: 'info',
  migrating: 'info',
  restoring: 'info',
  suspended: 'warning',
  undoing: 'warning',
  busy: 'warning',
  failed: 'error',
  deleting: 'error',
  unavailable: 'error',
};

/** A status as a word on a colour; the word alone says it all. */
export const StatusChip = ({ status }: { status: string }) => (
  <Chip label={status} size="small" variant="outlined" color={COLORS[status] ?? 'default'} />
);
