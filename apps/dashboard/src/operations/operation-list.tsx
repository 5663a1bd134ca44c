import { DataTable, DateField, List, ReferenceField, SelectInput, TextInput } from 'react-admin';
import { choicesOf } from '../companies/company';
import { RecordLink } from '../shared/record-link';
import { StatusChip } from '../shared/status-chip';
import {
  isUnfinished,
  LOOK_EVERY_MS,
  NEWEST_FIRST,
  OPERATION_KINDS,
  OPERATION_STATUSES,
  type Operation,
} from './operation';

const filters = [
  <SelectInput key="status" source="status" choices={choicesOf(OPERATION_STATUSES)} alwaysOn />,
  <SelectInput key="kind" source="kind" choices={choicesOf(OPERATION_KINDS)} alwaysOn />,
  <TextInput key="of_tenant" source="of_tenant" label="Company id" alwaysOn />,
];

const Column = DataTable.Col<Operation>;

export const OperationList = () => (
  <List<Operation>
    filters={filters}
    sort={NEWEST_FIRST}
    perPage={25}
    exporter={false}
    queryOptions={{ refetchInterval: ({ state }) => (state.data?.data?.some(isUnfinished) ? LOOK_EVERY_MS : false) }}
  >
    <DataTable<Operation> rowClick="show" bulkActionButtons={false}>
      <Column
        source="kind"
        disableSort
        render={({ id, kind }) => (
          <RecordLink resource="operations" id={id}>
            {kind}
          </RecordLink>
        )}
      />
      <Column label="Company">
        <ReferenceField source="tenant_id" reference="companies" link="show" />
      </Column>
      <Column source="status" disableSort render={({ status }) => <StatusChip status={status} />} />
      <Column source="step" disableSort />
      <DataTable.NumberCol source="progress" label="Progress (%)" disableSort />
      <Column source="requested_by" disableSort />
      <Column label="Created">
        <DateField source="created_at" showTime />
      </Column>
    </DataTable>
  </List>
);
