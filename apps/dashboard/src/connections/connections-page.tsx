import Alert from '@mui/material/Alert';
import LinearProgress from '@mui/material/LinearProgress';
import Stack from '@mui/material/Stack';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Title, useAuthenticated, useDataProvider } from 'react-admin';
import type { FinveraDataProvider } from '../api/data-provider';
import { Facts } from '../shared/facts';
import { Panel } from '../shared/panel';
import { PlainTable } from '../shared/plain-table';
import type { Connections, ConnectionsQuery, ProcessConnections, ServerConnections } from './connections';
import { CachedCompanies } from './cached-companies';
import { counts, waits } from './figure-columns';

const LOOK_EVERY_MS = 5_000;

export function ConnectionsPage() {
  useAuthenticated();
  const api = useDataProvider<FinveraDataProvider>();
  const [query, setQuery] = useState<ConnectionsQuery>({ page: 1, limit: 25, search: '', sort: 'last_used_ms_ago' });
  const { data, error } = useQuery({
    queryKey: ['connections', query],
    queryFn: () => api.connections(query),
    refetchInterval: LOOK_EVERY_MS,
    placeholderData: keepPreviousData,
  });
  return (
    <Stack spacing={2} sx={{ my: 2 }}>
      <Title title="Connections" />
      {error && <Alert severity="error">{error.message}</Alert>}
      {data && (
        <>
          <Cache connections={data.connections} />
          <Servers servers={data.connections.servers} />
          <CachedCompanies
            tenants={data.connections.tenants}
            total={data.total}
            query={query}
            ask={(change) => setQuery((last) => ({ ...last, page: 1, ...change }))}
          />
          <OtherProcesses processes={data.connections.other_processes} />
        </>
      )}
      {!data && !error && <LinearProgress aria-label="Loading" />}
    </Stack>
  );
}

const Cache = ({ connections: { process, ...cache } }: { connections: Connections }) => (
  <Panel title={`Cached companies of the process that answered: ${process.service} ${process.pid} on ${process.host}`}>
    <LinearProgress
      variant="determinate"
      value={Math.min(100, (cache.activeConnections / cache.maxCachedConnections) * 100)}
      aria-label="Places taken"
      sx={{ mb: 1 }}
    />
    <Facts
      facts={[
        ['Cached now', `${cache.activeConnections} of ${cache.maxCachedConnections}`],
        ['Waiting for a place', cache.waitingForPlace],
        ['Opened since the start', cache.opens],
        ['Evicted since the start', cache.evictions],
      ]}
    />
  </Panel>
);

const Servers = ({ servers }: { servers: ServerConnections[] }) => (
  <Panel title="Database servers">
    <PlainTable<ServerConnections>
      label="Database servers"
      rows={servers}
      rowKey={({ server }) => server}
      columns={[
        { title: 'Server', cell: ({ server }) => server },
        { title: 'Companies', number: true, cell: ({ tenants }) => tenants },
        ...counts,
        {
          title: 'Budget',
          number: true,
          cell: ({ budget, shared_budget }) => (shared_budget === null ? budget : `${budget} of ${shared_budget}`),
        },
        ...waits,
        { title: 'Opened', number: true, cell: ({ opens }) => opens },
        { title: 'Closed early', number: true, cell: ({ evictions }) => evictions },
        {
          title: 'Read from the replica',
          number: true,
          cell: ({ replica }) => replica && `${replica.reads} (${replica.lagging + replica.unavailable} elsewhere)`,
        },
        { title: 'Breaker', cell: ({ circuit }) => (circuit === 'open' ? 'open: does not answer' : 'closed') },
      ]}
      empty="None has been used yet"
    />
  </Panel>
);

const OtherProcesses = ({ processes }: { processes: ProcessConnections[] | null }) => (
  <Panel title="Other processes">
    {processes === null ? (
      <Alert severity="warning">Redis cannot be reached: the other processes are not known.</Alert>
    ) : (
      <PlainTable<ProcessConnections>
        label="Other processes"
        rows={processes}
        rowKey={({ host, pid }) => `${host} ${pid}`}
        columns={[
          { title: 'Process', cell: ({ service, pid }) => `${service} ${pid}` },
          { title: 'Host', cell: ({ host }) => host },
          {
            title: 'Cached companies',
            number: true,
            cell: ({ cached_tenants, max_cached_tenants }) => `${cached_tenants} of ${max_cached_tenants}`,
          },
          ...counts,
          { title: 'Evicted', number: true, cell: ({ evictions }) => evictions },
        ]}
        empty="There is none"
      />
    )}
  </Panel>
);
