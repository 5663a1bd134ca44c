import {
  type Actor,
  type CompanyPrincipal,
  conflict,
  DomainError,
  type IdempotencyRequest,
  isDuplicate,
  likePattern,
  Mailer,
  type MailOutcome,
  newId,
  offsetOf,
  parseSort,
  ruleBroken,
} from '@finvera/common';
import { InjectTenantDataSource, TenantDataSource } from '@finvera/tenancy';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { CompanyTransaction } from '../company/company-transaction.js';
import { EditLog } from '../edit-log/edit-log.js';
import { emailTaken, roleOf } from '../users/manage-users.js';
import { User } from '../users/user.entity.js';
import type { InvitationDto, InviteDto, ListInvitationsQuery } from './invitation.dto.js';
import {
  INVITATION_SELECT,
  type InvitationRow,
  oneInvitation,
  STATUS_SQL,
  toInvitationDto,
} from './invitation-store.js';
import { makeMailToken } from './mail-link.js';
import { PeopleSettings } from './people.config.js';
import { SendInvitation } from './send-invitation.js';

const OPEN_MAX = 200;
/** Seconds between two mails of one invitation. */
const RESEND_AFTER_SECONDS = 60;

export interface Invited {
  invitation: InvitationDto;
  /** absent when a repeated request got the first answer: nothing was mailed for it */
  mail?: MailOutcome;
}

interface Inviting {
  giver: CompanyPrincipal;
  actor: Actor;
  subdomain: string;
}

/** Invites people by mail to become users of the company. */
@Injectable()
export class ManageInvitations {
  constructor(
    @InjectTenantDataSource() private readonly dataSource: TenantDataSource,
    private readonly transaction: CompanyTransaction,
    private readonly editLog: EditLog,
    private readonly people: PeopleSettings,
    private readonly mailer: Mailer,
    private readonly sending: SendInvitation,
  ) {}

  async list(query: ListInvitationsQuery): Promise<{ invitations: InvitationDto[]; total: number }> {
    const sort = parseSort(query.sort, ['created_at', 'email', 'expires_at'], {
      field: 'created_at',
      direction: 'DESC',
    });
    const where = `WHERE i.email LIKE ? AND (? IS NULL OR ${STATUS_SQL} = ?)`;
    const values = [query.search ? likePattern(query.search) : '%', query.status ?? null, query.status ?? null];
    const rows: InvitationRow[] = await this.dataSource.query(
      `${INVITATION_SELECT} ${where} ORDER BY i.${sort.field} ${sort.direction}, i.id DESC LIMIT ? OFFSET ?`,
      [...values, query.limit, offsetOf(query)],
    );
    const [{ total }] = await this.dataSource.query(`SELECT COUNT(*) AS total FROM invitations i ${where}`, values);
    return { invitations: rows.map(toInvitationDto), total: Number(total) };
  }

  /**
   * The invitation is there before its mail leaves: a mail that was not sent can be sent again.
   * @throws DomainError 403 for a role that may do more than who gives it; 409 `email_taken`, `already_invited`;
   *   422 `too_many_invitations`; 503 `mail_not_configured`
   */
  async invite(
    body: InviteDto,
    { giver, actor, subdomain }: Inviting,
    idempotency?: IdempotencyRequest,
  ): Promise<Invited> {
    this.mailer.assertReady();
    const email = body.email.toLowerCase();
    const { token, hash } = makeMailToken();
    const ownId = newId();
    const { id } = await this.transaction.run(
      async (tx) => {
        if (await tx.existsBy(User, { email })) throw emailTaken(email);
        await assertRoom(tx);
        const role = await roleOf(tx, body.role, giver);
        await insert(tx, {
          id: ownId,
          email,
          roleId: role.id,
          hash,
          actor,
          seconds: this.people.invitationValidSeconds,
        });
        await this.record(tx, actor, 'created', { after: await oneInvitation(tx, ownId) });
        return { id: ownId };
      },
      { idempotency },
    );
    const mail =
      id === ownId ? await this.sending.send(id, { email, token, subdomain, invitedBy: actor.name }) : undefined;
    return { invitation: await oneInvitation(this.dataSource, id), ...(mail && { mail }) };
  }

  /**
   * Mails it again, with a new link and a new end; the former link is not good any more.
   * @throws DomainError 404; 409 `invitation_closed`, `already_invited`; 429 `mailed_a_moment_ago`; 503 `mail_not_configured`
   */
  async resend(id: string, { giver, actor, subdomain }: Inviting): Promise<Invited> {
    this.mailer.assertReady();
    const { token, hash } = makeMailToken();
    const { email } = await this.transaction.run(async (tx) => {
      const before = await oneInvitation(tx, id, true);
      if (before.accepted_at ?? before.revoked_at) throw closed(before);
      if (before.role === null) throw ruleBroken('role_not_found', 'Its role is no more; invite the person again.');
      await roleOf(tx, before.role, giver);
      assertNotJustMailed(before);
      await makeRoom(tx, before.email, id);
      const { invitationValidSeconds } = this.people;
      await oneOpen(before.email, () =>
        tx.query(
          `UPDATE invitations SET open_email = email, token_hash = ?, mailed_at = NULL,
             expires_at = CURRENT_TIMESTAMP(6) + INTERVAL ? SECOND WHERE id = ?`,
          [hash, invitationValidSeconds, id],
        ),
      );
      await this.record(tx, actor, 'sent_again', { before, after: await oneInvitation(tx, id) });
      return before;
    });
    const mail = await this.sending.send(id, { email, token, subdomain, invitedBy: actor.name });
    return { invitation: await oneInvitation(this.dataSource, id), mail };
  }

  /** Its link is not good any more. @throws DomainError 404; 409 `invitation_closed` when it was accepted */
  revoke(id: string, actor: Actor): Promise<InvitationDto> {
    return this.transaction.run(async (tx) => {
      const before = await oneInvitation(tx, id, true);
      if (before.accepted_at) throw closed(before);
      if (before.revoked_at) return before;
      await tx.query('UPDATE invitations SET revoked_at = CURRENT_TIMESTAMP(6), open_email = NULL WHERE id = ?', [id]);
      const after = await oneInvitation(tx, id);
      await this.record(tx, actor, 'revoked', { before, after });
      return after;
    });
  }

  private record(
    tx: EntityManager,
    actor: Actor,
    action: string,
    { before, after }: { before?: InvitationDto; after: InvitationDto },
  ): Promise<void> {
    const { id, email } = after;
    return this.editLog.record(tx, actor, {
      action,
      objectType: 'invitation',
      objectId: id,
      objectName: email,
      ...(before && { before }),
      after,
    });
  }
}

const closed = ({ status }: InvitationDto) => conflict('invitation_closed', `The invitation is ${status} already.`);

function assertNotJustMailed({ mailed_at }: InvitationDto): void {
  const waits = mailed_at === null ? 0 : RESEND_AFTER_SECONDS - (Date.now() - Date.parse(mailed_at)) / 1_000;
  if (waits > 0)
    throw new DomainError('mailed_a_moment_ago', 429, 'It was mailed less than a minute ago; try again in a minute.', {
      retryAfterSeconds: Math.min(RESEND_AFTER_SECONDS, Math.ceil(waits)),
    });
}

async function assertRoom(tx: EntityManager): Promise<void> {
  const [{ open }] = await tx.query('SELECT COUNT(*) AS open FROM invitations WHERE open_email IS NOT NULL');
  if (Number(open) >= OPEN_MAX)
    throw ruleBroken('too_many_invitations', `There are ${OPEN_MAX} open invitations already; revoke some first.`);
}

interface NewInvitation {
  id: string;
  email: string;
  roleId: string;
  hash: string;
  actor: Actor;
  seconds: number;
}

async function insert(tx: EntityManager, { id, email, roleId, hash, actor, seconds }: NewInvitation): Promise<void> {
  await makeRoom(tx, email, id);
  await oneOpen(email, () =>
    tx.query(
      `INSERT INTO invitations (id, email, open_email, role_id, token_hash, invited_by, expires_at)
         VALUES (?, ?, ?, ?, ?, ?, CURRENT_TIMESTAMP(6) + INTERVAL ? SECOND)`,
      [id, email, email, roleId, hash, actor.name, seconds],
    ),
  );
}

/** One that has expired makes room for another. */
const makeRoom = (tx: EntityManager, email: string, id: string) =>
  tx.query(
    'UPDATE invitations SET open_email = NULL WHERE open_email = ? AND id <> ? AND expires_at <= CURRENT_TIMESTAMP(6)',
    [email, id],
  );

async function oneOpen(email: string, store: () => Promise<unknown>): Promise<void> {
  try {
    await store();
  } catch (error) {
    if (!isDuplicate(error)) throw error;
    throw conflict('already_invited', `${email} has an open invitation; send it again, or revoke it first.`, {
      details: [{ field: 'email', message: 'has an open invitation' }],
    });
  }
}
