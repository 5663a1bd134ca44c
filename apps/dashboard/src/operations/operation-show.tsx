import Alert from '@mui/material/Alert';
import LinearProgress from '@mui/material/LinearProgress';
import Stack from '@mui/material/Stack';
import { ReferenceField, Show, TopToolbar, useRecordContext } from 'react-admin';
import { Facts } from '../shared/facts';
import { showInstant } from '../shared/instant';
import { Panel } from '../shared/panel';
import { StatusChip } from '../shared/status-chip';
import { isUnfinished, LOOK_EVERY_MS, type Operation } from './operation';
import { RetryButton } from './retry-button';

export const OperationShow = () => (
  <Show<Operation>
    component="div"
    actions={
      <TopToolbar>
        <RetryButton />
      </TopToolbar>
    }
    queryOptions={{
      refetchInterval: ({ state }) => (state.data && isUnfinished(state.data) ? LOOK_EVERY_MS : false),
    }}
  >
    <OperationPage />
  </Show>
);

function OperationPage() {
  const operation = useRecordContext<Operation>();
  if (!operation) return null;
  return (
    <Stack spacing={2}>
      {operation.error && (
        <Alert severity="error">
          {operation.error.message} ({operation.error.code})
        </Alert>
      )}
      <Panel title={operation.kind}>
        <LinearProgress
          variant="determinate"
          value={operation.progress}
          color={operation.error ? 'error' : 'primary'}
          aria-label="Progress"
          sx={{ mb: 2 }}
        />
        <Facts
          facts={[
            ['Status', <StatusChip key="status" status={operation.status} />],
            ['Progress', `${operation.progress} %`],
            ['Step', operation.step],
            ['Company', <ReferenceField key="company" source="tenant_id" reference="companies" link="show" />],
            ['Attempts', operation.attempts],
            ['Requested by', operation.requested_by],
            ['Created', showInstant(operation.created_at)],
            ['Started', showInstant(operation.started_at)],
            ['Finished', showInstant(operation.finished_at)],
            ['Id', operation.id],
          ]}
        />
      </Panel>
    </Stack>
  );
}
