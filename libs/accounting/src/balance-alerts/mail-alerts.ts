import { Mailer, pauseAfter } from '@finvera/common';
import { Tenancy } from '@finvera/tenancy';
import { type BeforeApplicationShutdown, Injectable, Logger, Optional } from '@nestjs/common';
import { AlertMailStore } from './alert-mail-store.js';

/** Mails of a company that one round sends; the next look sends the rest. */
const ROUND_MAX = 50;
const TRIES_MAX = 6;
const RETRY_FIRST_MS = 60_000;

/** Mails the alerts of companies, beside whoever changed the books. At least once: who is killed after sending sends again. */
@Injectable()
export class MailAlerts implements BeforeApplicationShutdown {
  private readonly logger = new Logger(MailAlerts.name);
  /** by company */
  private readonly underWay = new Map<string, Promise<void>>();
  private stopped = false;

  /** @param mailer absent where no mails leave, at the command line: others send */
  constructor(
    private readonly tenancy: Tenancy,
    @Optional() private readonly mailer?: Mailer,
  ) {}

  /** Mails of a company are due. Never waits, never fails. */
  wake(tenantId: string): void {
    if (!this.mailer || this.stopped || this.underWay.has(tenantId)) return;
    const work = this.round(tenantId, this.mailer)
      .catch((error: unknown) =>
        this.logger.debug({ msg: 'mails of alerts are left for later', tenant_id: tenantId, err: error }),
      )
      .finally(() => this.underWay.delete(tenantId));
    this.underWay.set(tenantId, work);
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    await Promise.allSettled(this.underWay.values());
  }

  private async round(tenantId: string, mailer: Mailer): Promise<void> {
    for (let sent = 0; sent < ROUND_MAX && !this.stopped; sent += 1) {
      const taken = await this.inStore(tenantId, (store) => store.take());
      if (!taken) return;
      const { id, attempts, mail } = taken;
      const problem = await mailer.send(mail).then(
        (outcome) => (outcome.sent ? null : (outcome.problem ?? 'not sent')),
        (error: Error) => error.message,
      );
      const pauseMs = attempts >= TRIES_MAX ? null : pauseAfter(attempts, RETRY_FIRST_MS);
      await this.inStore(tenantId, (store) =>
        store.note(id, problem === null ? { sent: true } : { sent: false, problem: problem.slice(0, 300), pauseMs }),
      );
      if (problem !== null && pauseMs === null)
        this.logger.warn({ msg: 'a mail of an alert was given up', tenant_id: tenantId, mail_id: id, problem });
    }
  }

  private inStore<T>(tenantId: string, work: (store: AlertMailStore) => Promise<T>): Promise<T> {
    return this.tenancy.run(tenantId, async (scope) => work(await scope.get(AlertMailStore)));
  }
}
