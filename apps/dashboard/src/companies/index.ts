import BusinessIcon from '@mui/icons-material/Business';
import type { ResourceProps } from 'react-admin';
import { CompanyCreate } from './company-create';
import { CompanyEdit } from './company-edit';
import { CompanyList } from './company-list';
import { CompanyShow } from './company-show';

export const companies: ResourceProps = {
  name: 'companies',
  icon: BusinessIcon,
  list: CompanyList,
  create: CompanyCreate,
  edit: CompanyEdit,
  show: CompanyShow,
  recordRepresentation: 'company_name',
};
