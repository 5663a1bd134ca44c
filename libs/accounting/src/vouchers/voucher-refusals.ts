import type { Actor, CompanyPrincipal } from '@finvera/common';
import { isPersonOfCompany } from '../approvals/makers.js';
import type { WhenHeld } from './post-or-submit.js';

/** Refusals that every voucher route may give. */
export const COMMON = { 400: 'validation_failed', 401: 'unauthenticated', 403: 'forbidden, voucher_type_forbidden' };

/** 422 of whatever puts a voucher into the books. */
export const RULES = [
  'voucher_unbalanced',
  'period_locked',
  'year_closed',
  'before_books_begin',
  'ledger_not_found',
  'ledger_inactive',
  'ledger_not_bill_by_bill',
  'bills_do_not_add_up',
  'voucher_type_not_found',
  'voucher_type_inactive',
  'contra_needs_cash_or_bank',
  'cost_centre_not_found',
  'cost_centre_inactive',
  'cost_centres_do_not_add_up',
  'foreign_amount_mismatch',
  'exchange_rate_not_found',
  'stock_item_not_found',
  'stock_item_inactive',
  'godown_not_found',
  'number_required',
  'number_not_allowed',
  'number_too_long',
].join(', ');

export const mayOverrideLock = (user: CompanyPrincipal) => user.permissions.has('periods:override');

/** Beside RULES, of what is posted at once or not at all. */
export const COMPUTED = 'approval_required';

export const mayApprove = (user: CompanyPrincipal, actor: Actor) =>
  user.permissions.has('vouchers:approve') && isPersonOfCompany(actor);

/** What the program computed has a second person when the caller may approve; it cannot wait for one. */
export const whenComputedHeld = (user: CompanyPrincipal, actor: Actor): WhenHeld =>
  mayApprove(user, actor) ? 'grant' : 'refuse';
