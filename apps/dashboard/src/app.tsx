import { Admin, CustomRoutes, Resource } from 'react-admin';
import { Route } from 'react-router-dom';
import { dataProvider } from './api/data-provider';
import { auditLog } from './audit-log';
import { authProvider } from './auth/auth-provider';
import { SignInPage } from './auth/sign-in-page';
import { companies } from './companies';
import { ConnectionsPage } from './connections/connections-page';
import { AppLayout } from './layout/app-layout';
import { darkTheme, lightTheme } from './layout/theme';
import { operations } from './operations';

export const App = () => (
  <Admin
    title="Finvera"
    dataProvider={dataProvider}
    authProvider={authProvider}
    loginPage={SignInPage}
    layout={AppLayout}
    theme={lightTheme}
    darkTheme={darkTheme}
    requireAuth
    disableTelemetry
  >
    <Resource {...companies} />
    <Resource {...operations} />
    <Resource {...auditLog} />
    <CustomRoutes>
      <Route path="/connections" element={<ConnectionsPage />} />
    </CustomRoutes>
  </Admin>
);
