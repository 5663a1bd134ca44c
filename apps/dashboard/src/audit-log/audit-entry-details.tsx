import Box from '@mui/material/Box';
import { Facts } from '../shared/facts';
import type { AuditEntry } from './audit-entry';

export const AuditEntryDetails = ({ entry }: { entry: AuditEntry }) => (
  <details>
    <summary aria-label={`Details of entry ${entry.id}`}>{entry.object_type}</summary>
    <Facts
      facts={[
        ['Entry', entry.id],
        ['Object', `${entry.object_type} ${entry.object_id}`],
        ['Request', entry.request_id],
        ['Before', <State key="before" state={entry.before_state} />],
        ['After', <State key="after" state={entry.after_state} />],
        ['Hash', entry.hash],
      ]}
    />
  </details>
);

const State = ({ state }: { state: unknown }) =>
  state ? (
    <Box component="pre" sx={{ m: 0, whiteSpace: 'pre-wrap', fontSize: '0.8rem' }}>
      {JSON.stringify(state, null, 2)}
    </Box>
  ) : (
    '–'
  );
