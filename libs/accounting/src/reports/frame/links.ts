import { ApiProperty } from '@nestjs/swagger';
import type { Period } from './compared-periods.js';

/** Where the figures of a row come from: paths of the next report or of the voucher. */
export interface Links {
  statement?: string;
  group?: string;
  voucher?: string;
  report?: string;
}

export class LinksDto {
  @ApiProperty({ required: false, example: '/api/ledgers/383483921874944/statement?from=2026-04-01&to=2027-03-31' })
  statement?: string;
  @ApiProperty({ required: false, description: 'the group summary' }) group?: string;
  @ApiProperty({ required: false, description: 'the voucher' }) voucher?: string;
  @ApiProperty({ required: false, description: 'the report below this one' }) report?: string;
}

type Parameters = Record<string, string | number | undefined>;

export function pathOf(path: string, parameters: Parameters): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) query.set(name, String(value));
  return `/api/${path}?${query}`;
}

export const statementLink = (ledgerId: string, { from, to }: Period): Links => ({
  statement: pathOf(`ledgers/${ledgerId}/statement`, { from, to }),
});

export const groupLink = (groupId: string, { from, to }: Period): Links => ({
  group: pathOf('reports/group-summary', { group_id: groupId, from, to }),
});

export const voucherLink = (voucherId: string): Links => ({ voucher: `/api/vouchers/${voucherId}` });

/** The one that a row of a table carries. */
export const firstLink = (links: Links | undefined): string | undefined => links && Object.values(links)[0];
