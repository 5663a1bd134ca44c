import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Stack from '@mui/material/Stack';
import { Show, useRecordContext } from 'react-admin';
import { Facts } from '../shared/facts';
import { showInstant } from '../shared/instant';
import { Panel } from '../shared/panel';
import { StatusChip } from '../shared/status-chip';
import type { Company } from './company';
import { CompanyActions } from './company-actions';
import { CompanyHealthPanel } from './company-health';
import { CompanyOperations } from './company-operations';
import { CompanyStatsPanel } from './company-stats';

const CHANGING = ['provisioning', 'migrating', 'restoring'];
const LOOK_EVERY_MS = 1_000;

export const CompanyShow = () => (
  <Show<Company>
    component="div"
    actions={<CompanyActions />}
    queryOptions={{
      refetchInterval: ({ state }) => (state.data && CHANGING.includes(state.data.status) ? LOOK_EVERY_MS : false),
    }}
  >
    <CompanyPage />
  </Show>
);

function CompanyPage() {
  const company = useRecordContext<Company>();
  if (!company) return null;
  const reachable = company.db_provisioned && company.status !== 'deleted';
  return (
    <Stack spacing={2}>
      {company.status === 'suspended' && (
        <Alert severity="warning">Suspended: {company.suspended_reason || 'no reason given'}</Alert>
      )}
      {company.read_only_reason && <Alert severity="warning">Read-only: {company.read_only_reason}</Alert>}
      {company.maintenance && (
        <Alert severity="warning">
          In maintenance{company.maintenance.ends_at ? ` until ${showInstant(company.maintenance.ends_at)}` : ''}:{' '}
          {company.maintenance.message}
        </Alert>
      )}
      {company.status === 'archived' && (
        <Alert severity="info">Archived: a sealed file stands for its database until it is unarchived.</Alert>
      )}
      {company.status === 'deleting' && (
        <Alert severity="error">
          Closed. Its database goes after {showInstant(company.delete_after) ?? 'the grace period'}; until then it can
          be undeleted.
        </Alert>
      )}
      <Box sx={{ display: 'grid', gap: 2, alignItems: 'start', gridTemplateColumns: { md: '3fr 2fr' } }}>
        <Panel title={company.company_name}>
          <Facts
            facts={[
              ['Status', <StatusChip key="status" status={company.status} />],
              ['Subdomain', company.subdomain],
              ['E-mail', company.email],
              ['Phone', company.phone],
              ['Plan', company.subscription_plan],
              ['Database', `${company.db_name} on ${company.db_host}`],
              ['Schema version', company.schema_version],
              ['Created', showInstant(company.created_at)],
              ['Updated', showInstant(company.updated_at)],
              ['Id', company.id],
            ]}
          />
        </Panel>
        {reachable && (
          <Stack spacing={2} sx={{ minWidth: 0 }}>
            <CompanyHealthPanel id={company.id} />
            <CompanyStatsPanel id={company.id} />
          </Stack>
        )}
      </Box>
      <CompanyOperations id={company.id} />
    </Stack>
  );
}
