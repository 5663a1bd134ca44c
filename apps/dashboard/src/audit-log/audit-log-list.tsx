import { DataTable, DateField, List, ReferenceField, SelectInput, TextInput } from 'react-admin';
import { choicesOf } from '../companies/company';
import { AUDIT_ACTIONS, type AuditEntry } from './audit-entry';
import { AuditEntryDetails } from './audit-entry-details';

const filters = [
  <SelectInput key="action" source="action" choices={choicesOf(AUDIT_ACTIONS)} alwaysOn />,
  <TextInput key="actor" source="actor" label="Actor (e-mail)" alwaysOn />,
  <TextInput key="tenant_id" source="tenant_id" label="Company id" alwaysOn />,
];

const Column = DataTable.Col<AuditEntry>;

/** Newest first, as the API gives it: no other order, no total. */
export const AuditLogList = () => (
  <List title="Audit log" filters={filters} perPage={50} exporter={false}>
    <DataTable<AuditEntry> rowClick={false} bulkActionButtons={false}>
      <Column label="At">
        <DateField source="at" showTime />
      </Column>
      <Column source="action" disableSort />
      <Column label="Company">
        <ReferenceField source="tenant_id" reference="companies" link="show" />
      </Column>
      <Column source="actor_name" label="Actor" disableSort />
      <Column source="ip" label="IP address" disableSort />
      <Column label="Details" render={(entry) => <AuditEntryDetails entry={entry} />} />
    </DataTable>
  </List>
);
