import HubIcon from '@mui/icons-material/Hub';
import type { ReactNode } from 'react';
import { Layout, Menu } from 'react-admin';

const AppMenu = () => (
  <Menu>
    <Menu.ResourceItem name="companies" />
    <Menu.ResourceItem name="operations" />
    <Menu.Item to="/connections" primaryText="Connections" leftIcon={<HubIcon />} />
    <Menu.ResourceItem name="audit-log" />
  </Menu>
);

export const AppLayout = ({ children }: { children: ReactNode }) => <Layout menu={AppMenu}>{children}</Layout>;
