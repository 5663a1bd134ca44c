import { type Actor, CompanySecrets, conflict, newId, ruleBroken } from '@finvera/common';
import { InjectTenantDataSource, TenantDataSource } from '@finvera/tenancy';
import { Injectable, Logger } from '@nestjs/common';
import { CompanySettingsReader } from '../company/company-settings.js';
import { CompanyTransaction } from '../company/company-transaction.js';
import { EditLog } from '../edit-log/edit-log.js';
import type { SqlSession } from '../schema/sql-session.js';
import { CompanyUsers } from '../users/company-users.js';
import { ProvePassword } from '../users/prove-password.js';
import { makeRecoveryCodes } from './recovery-codes.js';
import { SecondFactor, secretName } from './second-factor.js';
import { makeTotpSecret, otpauthUrl, totpStep } from './totp-code.js';
import type { TotpEnrolmentDto } from './totp.dto.js';

interface Row {
  enrolment_id: string;
  confirmed_at: Date | null;
}

/** A user's way to a second factor: a secret for the authenticator, and then a code that proves that it is there. */
@Injectable()
export class EnrolTotp {
  private readonly logger = new Logger(EnrolTotp.name);

  constructor(
    @InjectTenantDataSource() private readonly dataSource: TenantDataSource,
    private readonly transaction: CompanyTransaction,
    private readonly settings: CompanySettingsReader,
    private readonly secrets: CompanySecrets,
    private readonly passwords: ProvePassword,
    private readonly factor: SecondFactor,
    private readonly companyUsers: CompanyUsers,
    private readonly editLog: EditLog,
  ) {}

  /**
   * Nothing is asked for before it is confirmed; whoever begins again gets another secret.
   * @throws DomainError 401 `invalid_credentials`; 409 `totp_enabled`
   */
  async begin(userId: string, password: string, actor: Actor): Promise<TotpEnrolmentDto> {
    const { email } = await this.passwords.prove(userId, password, actor);
    const secret = makeTotpSecret();
    const id = newId();
    const { tenantId } = this.dataSource;
    // the secret is there before anything names it: a crash in between leaves one that nobody asks for
    await this.secrets.keep(tenantId, secretName(id), secret);
    try {
      const former = await this.transaction.run(async (tx) => {
        const [before] = await lockedRow(tx, userId);
        if (before?.confirmed_at) throw enabled();
        await tx.query("REPLACE INTO user_totp (user_id, enrolment_id, recovery_hashes) VALUES (?, ?, '[]')", [
          userId,
          id,
        ]);
        return before?.enrolment_id;
      });
      if (former !== undefined) await this.forget(former);
    } catch (error) {
      await this.forget(id);
      throw error;
    }
    const { companyName } = await this.settings.get();
    return { secret, otpauth_url: otpauthUrl(secret, { company: companyName, email }) };
  }

  /**
   * From now on signing in asks for it.
   * @returns recovery codes, shown this once
   * @throws DomainError 401 `totp_invalid`, counted as a failed sign-in; 409 `totp_enabled`; 422 `totp_not_begun`
   */
  async confirm(user: { id: string; email: string }, code: string, actor: Actor): Promise<string[]> {
    const [row]: Row[] = await this.dataSource.query(
      'SELECT enrolment_id, confirmed_at FROM user_totp WHERE user_id = ?',
      [user.id],
    );
    if (row?.confirmed_at) throw enabled();
    const secret = row && (await this.secrets.read(this.dataSource.tenantId, secretName(row.enrolment_id)));
    if (!secret) throw notBegun();
    const step = await this.factor.counted(user, actor, () => totpStep(secret, code, 0));
    const { codes, hashes } = makeRecoveryCodes();
    await this.transaction.run(async (tx) => {
      const { affectedRows } = await tx.query(
        `UPDATE user_totp SET confirmed_at = CURRENT_TIMESTAMP(6), last_step = ?, recovery_hashes = ?
          WHERE user_id = ? AND enrolment_id = ? AND confirmed_at IS NULL`,
        [step, JSON.stringify(hashes), user.id, row.enrolment_id],
      );
      if (affectedRows === 0) throw notBegun(); // begun again, or confirmed, at the same moment
      await this.editLog.record(tx, actor, {
        action: 'totp_enabled',
        objectType: 'user',
        objectId: user.id,
        objectName: user.email,
      });
    });
    this.companyUsers.forget(user.id);
    return codes;
  }

  private async forget(enrolmentId: string): Promise<void> {
    await this.secrets
      .remove(this.dataSource.tenantId, secretName(enrolmentId))
      .catch((error: unknown) => this.logger.warn({ msg: 'a secret that nobody uses stays', err: error }));
  }
}

/** The user is locked, so that there is one who begins, ends or resets at a time. */
export async function lockedRow(tx: SqlSession, userId: string): Promise<Row[]> {
  await tx.query('SELECT id FROM users WHERE id = ? FOR UPDATE', [userId]);
  return tx.query('SELECT enrolment_id, confirmed_at FROM user_totp WHERE user_id = ? FOR UPDATE', [userId]);
}

const enabled = () => conflict('totp_enabled', 'There is a second factor already; disable it first.');
const notBegun = () => ruleBroken('totp_not_begun', 'Begin with POST /api/auth/totp/enrol.');
