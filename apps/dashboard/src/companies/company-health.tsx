import Alert from '@mui/material/Alert';
import LinearProgress from '@mui/material/LinearProgress';
import { useQuery } from '@tanstack/react-query';
import { useDataProvider } from 'react-admin';
import type { FinveraDataProvider } from '../api/data-provider';
import { Facts } from '../shared/facts';
import { Panel } from '../shared/panel';
import { StatusChip } from '../shared/status-chip';

const LOOK_EVERY_MS = 15_000;

export function CompanyHealthPanel({ id }: { id: string }) {
  const api = useDataProvider<FinveraDataProvider>();
  const { data: health, error } = useQuery({
    queryKey: ['companies', 'health', id],
    queryFn: () => api.companyHealth(id),
    refetchInterval: LOOK_EVERY_MS,
  });
  return (
    <Panel title="Health">
      {error && <Alert severity="error">{error.message}</Alert>}
      {!health && !error && <LinearProgress aria-label="Asking the database" />}
      {health && (
        <Facts
          facts={[
            ['Database', health.database_accessible ? 'answers' : 'does not answer'],
            ['Connection pool', <StatusChip key="pool" status={health.connection_pool_status} />],
            ['Last query', health.last_query_time_ms === null ? null : `${health.last_query_time_ms} ms`],
          ]}
        />
      )}
    </Panel>
  );
}
