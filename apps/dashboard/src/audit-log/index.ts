import HistoryIcon from '@mui/icons-material/History';
import type { ResourceProps } from 'react-admin';
import { AuditLogList } from './audit-log-list';

export const auditLog: ResourceProps = {
  name: 'audit-log',
  icon: HistoryIcon,
  list: AuditLogList,
  options: { label: 'Audit log' },
};
