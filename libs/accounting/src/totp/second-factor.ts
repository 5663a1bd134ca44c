import { type Actor, CompanySecrets, conflict, readJson, SignInLimiter, unauthenticated } from '@finvera/common';
import { InjectTenantDataSource, TenantDataSource } from '@finvera/tenancy';
import { Injectable } from '@nestjs/common';
import { EditLog } from '../edit-log/edit-log.js';
import type { SqlSession } from '../schema/sql-session.js';
import { accountOf } from '../users/account-of.js';
import { hashRecoveryCode } from './recovery-codes.js';
import { totpStep } from './totp-code.js';

/** What somebody shows beside the password: one of both. */
export interface SecondFactorCode {
  totp?: string;
  recovery_code?: string;
}

interface Owner {
  id: string;
  email: string;
}

/** A code that was right, not yet taken. */
export type Proof = { enrolmentId: string } & ({ step: number } | { recoveryHash: string });

interface Row {
  enrolment_id: string;
  last_step: string;
  recovery_hashes: string | string[];
}

export const secretName = (enrolmentId: string) => `totp:${enrolmentId}`;

/** Asks users who have a second factor for it. */
@Injectable()
export class SecondFactor {
  constructor(
    @InjectTenantDataSource() private readonly dataSource: TenantDataSource,
    private readonly secrets: CompanySecrets,
    private readonly editLog: EditLog,
    private readonly limiter: SignInLimiter,
  ) {}

  /**
   * Wrong codes count as failed sign-ins; each is counted before it is looked at, so that many at one moment are too.
   * @returns what is to be taken in the transaction of what it is shown for; undefined when the user has no second factor
   * @throws DomainError 401 `totp_required` when no code came, `totp_invalid`; 429 after too many wrong ones;
   *   409 `totp_secret_missing` in a copy of the books that the secret did not come with
   */
  async prove(owner: Owner, code: SecondFactorCode, actor: Actor): Promise<Proof | undefined> {
    const [row]: Row[] = await this.dataSource.query(
      'SELECT enrolment_id, last_step, recovery_hashes FROM user_totp WHERE user_id = ? AND confirmed_at IS NOT NULL',
      [owner.id],
    );
    if (!row) return undefined;
    if (code.totp === undefined && code.recovery_code === undefined)
      throw unauthenticated('Send the code of your authenticator as totp, or a recovery_code.', 'totp_required');
    return this.counted(owner, actor, async () => {
      const { enrolment_id: enrolmentId } = row;
      if (code.totp !== undefined) {
        const secret = await this.secrets.read(this.dataSource.tenantId, secretName(enrolmentId));
        if (secret === null) throw secretMissing();
        const step = await totpStep(secret, code.totp, Number(row.last_step));
        return step === undefined ? undefined : { enrolmentId, step };
      }
      const recoveryHash = hashRecoveryCode(code.recovery_code!);
      return readJson<string[]>(row.recovery_hashes).includes(recoveryHash) ? { enrolmentId, recoveryHash } : undefined;
    });
  }

  /**
   * Judges a code; a wrong one counts as a failed sign-in.
   * @param judge undefined when it is wrong
   */
  async counted<T>({ email }: Owner, actor: Actor, judge: () => Promise<T | undefined>): Promise<T> {
    const account = accountOf(this.dataSource.tenantId, email);
    const address = actor.ip ?? '';
    await this.limiter.take(account, address);
    const right = await judge().catch(async (error: unknown) => {
      await this.limiter.giveBack(account);
      throw error;
    });
    if (right === undefined) {
      await this.limiter.failedFrom(address);
      throw invalid();
    }
    await this.limiter.succeeded(account);
    return right;
  }

  /** Takes the code, as part of the transaction: no other one takes it too. @throws DomainError 401 `totp_invalid` */
  async spend(tx: SqlSession, owner: Owner, proof: Proof, actor: Actor): Promise<void> {
    if ('step' in proof) {
      const { affectedRows } = await tx.query(
        'UPDATE user_totp SET last_step = ? WHERE user_id = ? AND enrolment_id = ? AND last_step < ?',
        [proof.step, owner.id, proof.enrolmentId, proof.step],
      );
      if (affectedRows === 0) throw invalid();
      return;
    }
    const [row]: Row[] = await tx.query(
      'SELECT recovery_hashes FROM user_totp WHERE user_id = ? AND enrolment_id = ? FOR UPDATE',
      [owner.id, proof.enrolmentId],
    );
    const hashes = row ? readJson<string[]>(row.recovery_hashes) : [];
    const left = hashes.filter((hash) => hash !== proof.recoveryHash);
    if (left.length === hashes.length) throw invalid();
    await tx.query('UPDATE user_totp SET recovery_hashes = ? WHERE user_id = ?', [JSON.stringify(left), owner.id]);
    await this.editLog.record(
      tx,
      { ...actor, id: owner.id, name: owner.email, kind: 'company' },
      {
        action: 'recovery_code_used',
        objectType: 'user',
        objectId: owner.id,
        objectName: owner.email,
        after: { recovery_codes_left: left.length },
      },
    );
  }
}

const invalid = () => unauthenticated('The code is not right, or was used already.', 'totp_invalid');

const secretMissing = () =>
  conflict(
    'totp_secret_missing',
    'These books are a copy that the secret of your authenticator did not come with: use a recovery code, or ask an administrator to reset it.',
  );
