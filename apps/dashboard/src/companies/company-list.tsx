import { CreateButton, DataTable, DateField, List, SearchInput, SelectInput, TopToolbar } from 'react-admin';
import { RecordLink } from '../shared/record-link';
import { StatusChip } from '../shared/status-chip';
import { COMPANY_STATUSES, type Company, choicesOf, USUAL_PLANS } from './company';

const filters = [
  <SearchInput key="search" source="search" alwaysOn inputProps={{ 'aria-label': 'Search companies' }} />,
  <SelectInput key="status" source="status" choices={choicesOf(COMPANY_STATUSES)} alwaysOn />,
  <SelectInput key="plan" source="plan" choices={choicesOf(USUAL_PLANS)} alwaysOn />,
];

const Column = DataTable.Col<Company>;

export const CompanyList = () => (
  <List
    filters={filters}
    sort={{ field: 'created_at', order: 'DESC' }}
    perPage={25}
    exporter={false}
    actions={
      <TopToolbar>
        <CreateButton label="Create company" />
      </TopToolbar>
    }
  >
    <DataTable<Company> rowClick="show" bulkActionButtons={false}>
      <Column
        source="company_name"
        label="Company"
        render={({ id, company_name }) => (
          <RecordLink resource="companies" id={id}>
            {company_name}
          </RecordLink>
        )}
      />
      <Column source="subdomain" />
      <Column source="email" label="E-mail" disableSort />
      <Column source="subscription_plan" label="Plan" />
      <Column source="status" render={({ status }) => <StatusChip status={status} />} />
      <DataTable.NumberCol source="storage_used_mb" label="Storage (MB)" />
      <Column source="created_at" label="Created">
        <DateField source="created_at" showTime />
      </Column>
    </DataTable>
  </List>
);
