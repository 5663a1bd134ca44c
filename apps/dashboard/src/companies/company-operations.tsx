import LinearProgress from '@mui/material/LinearProgress';
import { useGetList } from 'react-admin';
import { isUnfinished, LOOK_EVERY_MS, NEWEST_FIRST, type Operation } from '../operations/operation';
import { showInstant } from '../shared/instant';
import { Panel } from '../shared/panel';
import { PlainTable } from '../shared/plain-table';
import { RecordLink } from '../shared/record-link';
import { StatusChip } from '../shared/status-chip';

const SHOWN = 10;

export function CompanyOperations({ id }: { id: string }) {
  const { data: operations = [], isPending } = useGetList<Operation>(
    'operations',
    { filter: { of_tenant: id }, pagination: { page: 1, perPage: SHOWN }, sort: NEWEST_FIRST },
    { refetchInterval: ({ state }) => (state.data?.data?.some(isUnfinished) ? LOOK_EVERY_MS : false) },
  );
  return (
    <Panel title="Recent operations">
      {isPending ? (
        <LinearProgress aria-label="Loading" />
      ) : (
        <PlainTable
          label="Recent operations"
          rows={operations}
          rowKey={(operation) => operation.id}
          columns={[
            {
              title: 'Operation',
              cell: ({ id, kind }) => (
                <RecordLink resource="operations" id={id}>
                  {kind}
                </RecordLink>
              ),
            },
            { title: 'Status', cell: ({ status }) => <StatusChip status={status} /> },
            { title: 'Progress', number: true, cell: ({ progress }) => `${progress} %` },
            { title: 'Requested by', cell: (operation) => operation.requested_by },
            { title: 'Created', cell: (operation) => showInstant(operation.created_at) },
          ]}
          empty="None yet"
        />
      )}
    </Panel>
  );
}
