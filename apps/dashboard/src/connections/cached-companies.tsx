import MenuItem from '@mui/material/MenuItem';
import Stack from '@mui/material/Stack';
import TablePagination from '@mui/material/TablePagination';
import TextField from '@mui/material/TextField';
import { ReferenceField } from 'react-admin';
import { Panel } from '../shared/panel';
import { PlainTable } from '../shared/plain-table';
import type { ConnectionsQuery, TenantConnections } from './connections';
import { counts, waits } from './figure-columns';

const ORDERS = [
  ['last_used_ms_ago', 'Last used first'],
  ['-waiting', 'Most waiting'],
  ['-wait_p99_ms', 'Longest waits'],
  ['-open', 'Most connections'],
  ['-evictions', 'Most often evicted'],
  ['subdomain', 'Subdomain'],
] as const;

interface CachedCompaniesProps {
  tenants: TenantConnections[];
  total: number;
  query: ConnectionsQuery;
  ask(change: Partial<ConnectionsQuery>): void;
}

/** A page of the companies that the process has cached. */
export const CachedCompanies = ({ tenants, total, query, ask }: CachedCompaniesProps) => (
  <Panel title="Companies">
    <Stack direction="row" spacing={2} sx={{ mb: 1 }}>
      <TextField
        label="Search subdomain, id or server"
        size="small"
        value={query.search}
        slotProps={{ htmlInput: { maxLength: 100 } }}
        onChange={({ target }) => ask({ search: target.value })}
        sx={{ flexGrow: 1 }}
      />
      <TextField
        select
        label="Order"
        size="small"
        value={query.sort}
        onChange={({ target }) => ask({ sort: target.value })}
        sx={{ minWidth: 180 }}
      >
        {ORDERS.map(([sort, name]) => (
          <MenuItem key={sort} value={sort}>
            {name}
          </MenuItem>
        ))}
      </TextField>
    </Stack>
    <PlainTable<TenantConnections>
      label="Companies"
      rows={tenants}
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
        { title: 'Server', cell: ({ server }) => server },
        ...counts,
        ...waits,
        { title: 'Evicted', number: true, cell: ({ evictions }) => evictions },
        { title: 'Last used (s ago)', number: true, cell: (tenant) => Math.round(tenant.last_used_ms_ago / 1000) },
      ]}
      empty={query.search ? 'None is found' : 'None is cached'}
    />
    <TablePagination
      component="div"
      count={total}
      page={query.page - 1}
      rowsPerPage={query.limit}
      rowsPerPageOptions={[10, 25, 50, 100]}
      onPageChange={(_, page) => ask({ page: page + 1 })}
      onRowsPerPageChange={({ target }) => ask({ limit: Number(target.value) })}
    />
  </Panel>
);
