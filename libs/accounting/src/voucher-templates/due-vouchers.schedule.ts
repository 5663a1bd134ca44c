import type { TenantScope } from '@finvera/tenancy';
import { PostDueVouchers } from './post-due-vouchers.js';

const HOUR_MS = 3_600_000;

/** What the clock does in each company: each has its own midnight, so every hour. */
export const dueVouchersSchedule = {
  name: 'due-vouchers',
  description: 'posts recurring and post-dated vouchers whose date has come, in every company',
  everyMs: HOUR_MS,
  offsetMs: HOUR_MS / 12,
  async run(scope: TenantScope): Promise<Record<string, number>> {
    const { recurred, posted, failed } = await (await scope.get(PostDueVouchers)).run();
    return { recurred: recurred.length, posted: posted.length, refused: failed.length };
  },
};
