import {
  type Actor,
  type CompanyPrincipal,
  type CompanySecrets,
  loadConfig,
  MailConfig,
  Mailer,
  RedisConnections,
  SignInLimiter,
  TokenService,
} from '@finvera/common';
import { Logger } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AcceptInvitation } from '../invitations/accept-invitation.js';
import { ManageInvitations } from '../invitations/manage-invitations.js';
import { SendInvitation } from '../invitations/send-invitation.js';
import { ForgotPassword } from '../password-reset/forgot-password.js';
import { ResetLimiter } from '../password-reset/reset-limiter.js';
import { ResetPassword } from '../password-reset/reset-password.js';
import { ManageSessions } from '../sessions/manage-sessions.js';
import { EndTotp } from '../totp/end-totp.js';
import { EnrolTotp } from '../totp/enrol-totp.js';
import { ResetTotp } from '../totp/reset-totp.js';
import { SecondFactor } from '../totp/second-factor.js';
import { SecuritySettings } from '../totp/security-settings.js';
import { givenCompany } from '../vouchers/given-company.testing.js';
import { CompanyUsers } from './company-users.js';
import { ManageUsers } from './manage-users.js';
import { PERMISSIONS } from './permissions.js';
import { ProvePassword } from './prove-password.js';
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
  Logger.overrideLogger(false);
  const company = await givenCompany();
  const { dataSource, transaction, editLog } = company;
  const redis = new RedisConnections(process.env.TEST_REDIS_URL!, `test-${randomBytes(6).toString('hex')}`);
  const limiter = new SignInLimiter(redis);
  const tokens = new TokenService(new JwtService({ secret: 'a secret of the tests, long enough' }), LIFETIME_SECONDS);
  const companyUsers = new CompanyUsers(dataSource);
  const users = new ManageUsers(dataSource, transaction, editLog, companyUsers);
  const repository = dataSource.getRepository(User);
  const passwords = new ProvePassword(dataSource, repository, limiter);
  const secrets = givenSecrets();
  const factor = new SecondFactor(dataSource, secrets, editLog, limiter);
  const signIn = new SignIn(
    dataSource,
    repository,
    transaction,
    companyUsers,
    editLog,
    tokens,
    limiter,
    passwords,
    factor,
  );
  const folder = mkdtempSync(join(tmpdir(), 'people-mails-'));
  const mailer = new Mailer(loadConfig(MailConfig, { MAIL_FOLDER: folder }));
  const people = { linkBase: 'https://{subdomain}.example.com', invitationValidSeconds: 3_600, resetValidSeconds: 600 };
  const sending = new SendInvitation(dataSource, company.settings, people, mailer);
  return {
    ...company,
    invitations: new ManageInvitations(dataSource, transaction, editLog, people, mailer, sending),
    accepting: new AcceptInvitation(transaction, users, editLog, limiter),
    forgot: new ForgotPassword(
      dataSource,
      dataSource.getRepository(User),
      company.settings,
      people,
      new ResetLimiter(redis),
      mailer,
    ),
    resetting: new ResetPassword(dataSource, transaction, editLog, companyUsers, limiter),
    /** Mails to an address, the latest last. */
    mailsTo: (email: string): string[] =>
      (existsSync(folder) ? readdirSync(folder) : [])
        .sort()
        .map((file) => readFileSync(join(folder, file), 'utf8'))
        .filter((mail) => mail.includes(`To: ${email}`)),
    secrets,
    enrolling: new EnrolTotp(
      dataSource,
      transaction,
      company.settings,
      secrets,
      passwords,
      factor,
      companyUsers,
      editLog,
    ),
    ending: new EndTotp(dataSource, transaction, secrets, passwords, factor, companyUsers, editLog),
    totpReset: new ResetTotp(dataSource, transaction, secrets, companyUsers, editLog),
    security: new SecuritySettings(dataSource, transaction, editLog),
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
      rmSync(folder, { recursive: true, force: true });
      await company.close();
    },
  };
}

/** Secrets as the platform keeps them, but for its key. */
function givenSecrets() {
  const kept = new Map<string, string>();
  const secrets: CompanySecrets = {
    keep: async (_tenantId, name, secret) => void kept.set(name, secret),
    read: async (_tenantId, name) => kept.get(name) ?? null,
    remove: async (_tenantId, name) => void kept.delete(name),
  };
  return Object.assign(secrets, { kept });
}

/** The token of the link in a mail; lines of a mail may be broken (RFC 2045 §6.7). */
export function tokenIn(mail: string): string {
  const text = mail.replace(/=\r?\n/g, '').replace(/=3D/g, '=');
  return /[#&]token=([A-Za-z0-9_-]{43})/.exec(text)![1]!;
}

export type GivenPeople = Awaited<ReturnType<typeof givenPeople>>;
