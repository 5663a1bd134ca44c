import type { TenantScope } from '@finvera/tenancy';
import { SweepAttachments } from './sweep-attachments.js';

const HOUR_MS = 3_600_000;

/** What the clock does in each company: nothing waits for it, so once a night. */
export const sweepAttachmentsSchedule = {
  name: 'sweep-attachments',
  description: 'removes files that are no voucher’s any more, and uploads that were broken off',
  everyMs: 24 * HOUR_MS,
  offsetMs: 5 * HOUR_MS,
  async run(scope: TenantScope): Promise<Record<string, number>> {
    const { swept } = await (await scope.get(SweepAttachments)).run();
    return { swept };
  },
};
