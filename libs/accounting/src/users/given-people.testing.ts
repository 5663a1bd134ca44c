import { type Actor, type CompanyPrincipal, RedisConnections, SignInLimiter, TokenService } from '@finvera/common';
import { JwtService } from '@nestjs/jwt';
import { randomBytes } from 'node:crypto';
import { ManageSessions } from '../sessions/manage-sessions.js';
import { givenCompany } from '../vouchers/given-company.testing.js';
import { CompanyUsers } from './company-users.js';
import { ManageUsers } from './manage-users.js';
import { PERMISSIONS } from './permissions.js';
import { SignIn } from './sign-in.js';
import { User } from './user.entity.js';

export const PASSWORD = 'a password of somebody';
const LIFETIME_SECONDS = 3_600;

export const asks: Actor = { id: 'x', name: 'x', kind: 'company', requestId: 'test-request', ip: '127.0.0.9' };

/** Whoever may do everything. */
export const boss: CompanyPrincipal = {
  kind: 'company',
  tenantId: 'test',
  userId: '1',
  email: 'boss@acme.example',
  role: 'administrator',
  permissions: new Set<string>(PERMISSIONS),
  passwordChangeRequired: false,
};
export const asBoss = { giver: boss, actor: asks };

/** A company with what its people need to sign in, wired by hand. */
export async function givenPeople() {
  const company = await givenCompany();
  const { dataSource, transaction, editLog } = company;
  const redis = new RedisConnections(process.env.TEST_REDIS_URL!, `test-${randomBytes(6).toString('hex')}`);
  const limiter = new SignInLimiter(redis);
  const tokens = new TokenService(new JwtService({ secret: 'a secret of the tests, long enough' }), LIFETIME_SECONDS);
  const companyUsers = new CompanyUsers(dataSource);
  const users = new ManageUsers(dataSource, transaction, editLog, companyUsers);
  const signIn = new SignIn(
    dataSource,
    dataSource.getRepository(User),
    transaction,
    companyUsers,
    editLog,
    tokens,
    limiter,
  );
  return {
    ...company,
    companyUsers,
    /** what another process believes */
    givenProcess: () => new CompanyUsers(dataSource),
    users,
    signIn,
    limiter,
    sessions: new ManageSessions(dataSource, transaction, editLog, companyUsers),
    /** A user of the role, who knows the password. */
    givenUser: async (name: string, role = 'administrator') =>
      users.create({ email: `${name}@acme.example`, name, role, password: PASSWORD }, asBoss),
    close: async () => {
      redis.onModuleDestroy();
      await company.close();
    },
  };
}

export type GivenPeople = Awaited<ReturnType<typeof givenPeople>>;
