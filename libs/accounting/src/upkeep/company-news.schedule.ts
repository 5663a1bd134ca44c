import type { TenantScope } from '@finvera/tenancy';
import { LookAfterCompany } from './look-after-company.js';

/** The net under what processes do right after they changed the books. */
export const companyNewsSchedule = {
  name: 'company-news',
  description: 'sends webhooks that are due and looks at balances, in companies that have endpoints or alert rules',
  everyMs: 60_000,
  watchedOnly: true,
  async run(scope: TenantScope): Promise<Record<string, number>> {
    return { ...(await (await scope.get(LookAfterCompany)).run()) };
  },
};
