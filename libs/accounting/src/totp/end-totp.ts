import { type Actor, CompanySecrets, conflict, readJson, ruleBroken } from '@finvera/common';
import { InjectTenantDataSource, TenantDataSource } from '@finvera/tenancy';
import { Injectable, Logger } from '@nestjs/common';
import { CompanyTransaction } from '../company/company-transaction.js';
import { EditLog } from '../edit-log/edit-log.js';
import { CompanyUsers } from '../users/company-users.js';
import { ProvePassword } from '../users/prove-password.js';
import { makeRecoveryCodes } from './recovery-codes.js';
import { type Proof, SecondFactor, secretName } from './second-factor.js';
import type { ProveTotpDto, TotpStatusDto } from './totp.dto.js';

/** What becomes of a second factor: its state, new recovery codes, its end. */
@Injectable()
export class EndTotp {
  private readonly logger = new Logger(EndTotp.name);

  constructor(
    @InjectTenantDataSource() private readonly dataSource: TenantDataSource,
    private readonly transaction: CompanyTransaction,
    private readonly secrets: CompanySecrets,
    private readonly passwords: ProvePassword,
    private readonly factor: SecondFactor,
    private readonly companyUsers: CompanyUsers,
    private readonly editLog: EditLog,
  ) {}

  async status(userId: string): Promise<TotpStatusDto> {
    const [row]: { totp_required: number; confirmed_at: Date | null; recovery_hashes: string | null }[] =
      await this.dataSource.query(
        `SELECT c.totp_required, t.confirmed_at, t.recovery_hashes FROM company_settings c
           LEFT JOIN user_totp t ON t.user_id = ? AND t.confirmed_at IS NOT NULL WHERE c.id = 1`,
        [userId],
      );
    return {
      enabled: Boolean(row?.confirmed_at),
      confirmed_at: row?.confirmed_at?.toISOString() ?? null,
      recovery_codes_left: row?.recovery_hashes ? readJson<string[]>(row.recovery_hashes).length : 0,
      required: Boolean(row?.totp_required),
    };
  }

  /**
   * The former ones are not good any more.
   * @throws DomainError 401 `invalid_credentials`, `totp_required`, `totp_invalid`; 409 `totp_not_enabled`
   */
  async renewRecoveryCodes(userId: string, body: ProveTotpDto, actor: Actor): Promise<string[]> {
    const { user, proof } = await this.proved(userId, body, actor);
    const { codes, hashes } = makeRecoveryCodes();
    await this.transaction.run(async (tx) => {
      await this.factor.spend(tx, user, proof, actor);
      await tx.query('UPDATE user_totp SET recovery_hashes = ? WHERE user_id = ?', [JSON.stringify(hashes), userId]);
      await this.record(tx, actor, 'recovery_codes_renewed', user);
    });
    return codes;
  }

  /**
   * @throws DomainError 401 `invalid_credentials`, `totp_required`, `totp_invalid`; 409 `totp_not_enabled`;
   *   422 `totp_required_by_company`
   */
  async disable(userId: string, body: ProveTotpDto, actor: Actor): Promise<void> {
    if ((await this.status(userId)).required)
      throw ruleBroken('totp_required_by_company', 'The company asks everybody for a second factor.');
    const { user, proof } = await this.proved(userId, body, actor);
    await this.transaction.run(async (tx) => {
      await this.factor.spend(tx, user, proof, actor);
      await tx.query('DELETE FROM user_totp WHERE user_id = ?', [userId]);
      await this.record(tx, actor, 'totp_disabled', user);
    });
    await this.ended(userId, proof.enrolmentId);
  }

  private async proved(userId: string, { current_password, ...code }: ProveTotpDto, actor: Actor) {
    const user = await this.passwords.prove(userId, current_password, actor);
    const proof: Proof | undefined = await this.factor.prove(user, code, actor);
    if (!proof) throw notEnabled();
    return { user, proof };
  }

  private record(
    tx: Parameters<EditLog['record']>[0],
    actor: Actor,
    action: string,
    { id, email }: { id: string; email: string },
  ) {
    return this.editLog.record(tx, actor, { action, objectType: 'user', objectId: id, objectName: email });
  }

  private async ended(userId: string, enrolmentId: string): Promise<void> {
    this.companyUsers.forget(userId);
    await this.secrets
      .remove(this.dataSource.tenantId, secretName(enrolmentId))
      .catch((error: unknown) => this.logger.warn({ msg: 'a secret that nobody uses stays', err: error }));
  }
}

export const notEnabled = () => conflict('totp_not_enabled', 'There is no second factor.');
