import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import LinearProgress from '@mui/material/LinearProgress';
import { useQuery } from '@tanstack/react-query';
import { useDataProvider } from 'react-admin';
import type { FinveraDataProvider } from '../api/data-provider';
import { Facts } from '../shared/facts';
import { showInstant } from '../shared/instant';
import { Panel } from '../shared/panel';
import { PlainTable } from '../shared/plain-table';
import type { CompanyStats } from './company';

export function CompanyStatsPanel({ id }: { id: string }) {
  const api = useDataProvider<FinveraDataProvider>();
  const { data: stats, error } = useQuery({
    queryKey: ['companies', 'stats', id],
    queryFn: () => api.companyStats(id),
  });
  return (
    <Panel title="Storage and connections">
      {error && <Alert severity="error">{error.message}</Alert>}
      {!stats && !error && <LinearProgress aria-label="Measuring" />}
      {stats && <Measured stats={stats} />}
    </Panel>
  );
}

function Measured({ stats }: { stats: CompanyStats }) {
  const { open, idle, waiting } = stats.connections;
  return (
    <>
      <LinearProgress
        variant="determinate"
        value={Math.min(100, stats.storage_used_percent)}
        color={stats.storage_used_percent > 90 ? 'error' : 'primary'}
        aria-label="Storage used"
        sx={{ mb: 1 }}
      />
      <Facts
        facts={[
          ['Storage', `${stats.storage_used_mb} of ${stats.storage_limit_mb} MB (${stats.storage_used_percent} %)`],
          ['Connections', `${open} open, ${idle} idle, ${waiting} waiting`],
          ['Measured', showInstant(stats.measured_at)],
        ]}
      />
      <Box component="details" sx={{ mt: 1 }}>
        <summary>{stats.tables.length} tables</summary>
        <PlainTable
          label="Tables"
          rows={stats.tables}
          rowKey={({ name }) => name}
          columns={[
            { title: 'Table', cell: ({ name }) => name },
            { title: 'Rows (estimate)', number: true, cell: (table) => table.rows_estimate },
            { title: 'MB', number: true, cell: (table) => table.size_mb },
          ]}
          empty="No tables"
        />
      </Box>
    </>
  );
}
