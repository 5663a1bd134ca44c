import { type FieldError, ruleBroken } from '@finvera/common';
import type { CompanySettings } from '../company/company-settings.js';

export interface DateRules {
  settings: CompanySettings;
  /** whether the caller may work in locked periods with a reason */
  mayOverrideLock: boolean;
  /** the caller's reason for working in a locked period */
  reason?: string | null;
  /** where the date stands in the body, for the refusal */
  field: string;
}

/**
 * Whether something of this date may be created, changed or cancelled.
 * @returns the reason to keep with the voucher; null when the date is not locked
 * @throws DomainError 422 `before_books_begin`, `year_closed`, `period_locked`
 */
export function assertDate(date: string, { settings, mayOverrideLock, reason, field }: DateRules): string | null {
  if (date < settings.booksBegin)
    throw refuse(
      'before_books_begin',
      `The books begin on ${settings.booksBegin}; nothing is dated before (${date}).`,
      { field, message: `is before ${settings.booksBegin}` },
    );
  if (settings.closedUntil !== null && date <= settings.closedUntil)
    throw refuse(
      'year_closed',
      `The financial years up to ${settings.closedUntil} are closed; reopen the year to change anything dated ${date}.`,
      { field, message: `is in a closed year (up to ${settings.closedUntil})` },
    );
  if (settings.lockDate === null || date > settings.lockDate) return null;
  if (mayOverrideLock && reason) return reason;
  throw refuse(
    'period_locked',
    `The books are locked up to ${settings.lockDate}; nothing dated ${date} can be created, changed or cancelled${mayOverrideLock ? ' without a lock_override_reason' : ''}.`,
    { field, message: `is in the period locked up to ${settings.lockDate}` },
  );
}

const refuse = (code: string, message: string, detail: FieldError) => ruleBroken(code, message, [detail]);
