import Alert from '@mui/material/Alert';
import LinearProgress from '@mui/material/LinearProgress';
import Stack from '@mui/material/Stack';
import { useQuery } from '@tanstack/react-query';
import { ReferenceField, Title, useAuthenticated, useDataProvider } from 'react-admin';
import type { FinveraDataProvider } from '../api/data-provider';
import { Facts } from '../shared/facts';
import { Panel } from '../shared/panel';
import { PlainTable } from '../shared/plain-table';
import type { Connections, ServerConnections, TenantConnections } from './connections';

const LOOK_EVERY_MS = 5_000;

export function ConnectionsPage() {
  useAuthenticated();
  const api = useDataProvider<FinveraDataProvider>();
  const { data, error } = useQuery({
    queryKey: ['connections'],
    queryFn: () => api.connections(),
    refetchInterval: LOOK_EVERY_MS,
  });
  return (
    <Stack spacing={2} sx={{ my: 2 }}>
      <Title title="Connections" />
      {error && <Alert severity="error">{error.message}</Alert>}
      {data && <Figures connections={data} />}
      {!data && !error && <LinearProgress aria-label="Loading" />}
    </Stack>
  );
}

const Figures = ({ connections }: { connections: Connections }) => (
  <>
    <Panel title="Cached companies of the API process that answered">
      <LinearProgress
        variant="determinate"
        value={Math.min(100, (connections.activeConnections / connections.maxCachedConnections) * 100)}
        aria-label="Places taken"
        sx={{ mb: 1 }}
      />
      <Facts
        facts={[
          ['Cached now', `${connections.activeConnections} of ${connections.maxCachedConnections}`],
          ['Waiting for a place', connections.waitingForPlace],
          ['Opened since the start', connections.opens],
          ['Evicted since the start', connections.evictions],
        ]}
      />
    </Panel>
    <Panel title="Database servers">
      <PlainTable<ServerConnections>
        label="Database servers"
        rows={connections.servers}
        rowKey={({ server }) => server}
        columns={[
          { title: 'Server', cell: ({ server }) => server },
          ...counts,
          { title: 'Budget', number: true, cell: ({ budget }) => budget },
          { title: 'Opened', number: true, cell: ({ opens }) => opens },
          { title: 'Breaker', cell: ({ circuit }) => (circuit === 'open' ? 'open: does not answer' : 'closed') },
        ]}
        empty="None has been used yet"
      />
    </Panel>
    <Panel title="Companies">
      <PlainTable<TenantConnections>
        label="Companies"
        rows={connections.tenants}
        rowKey={(tenant) => tenant.tenant_id}
        columns={[
          {
            title: 'Company',
            cell: ({ tenant_id }) => (
              <ReferenceField
                record={{ id: tenant_id, tenant_id }}
                source="tenant_id"
                reference="companies"
                link="show"
              />
            ),
          },
          ...counts,
          { title: 'Leased', number: true, cell: ({ leased }) => leased },
          { title: 'Last used (s ago)', number: true, cell: (tenant) => Math.round(tenant.last_used_ms_ago / 1000) },
        ]}
        empty="None is cached"
      />
    </Panel>
  </>
);

const counts = [
  { title: 'Open', number: true, cell: ({ open }: { open: number }) => open },
  { title: 'Idle', number: true, cell: ({ idle }: { idle: number }) => idle },
  { title: 'Waiting', number: true, cell: ({ waiting }: { waiting: number }) => waiting },
];
