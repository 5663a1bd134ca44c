import SyncIcon from '@mui/icons-material/Sync';
import type { ResourceProps } from 'react-admin';
import { OperationList } from './operation-list';
import { OperationShow } from './operation-show';

export const operations: ResourceProps = {
  name: 'operations',
  icon: SyncIcon,
  list: OperationList,
  show: OperationShow,
  recordRepresentation: 'kind',
};
