import { sweepAttachmentsSchedule } from './attachments/sweep-attachments.schedule.js';
import { resumeImportsSchedule } from './books-import/resume-imports.schedule.js';
import { companyNewsSchedule } from './upkeep/company-news.schedule.js';
import { dueVouchersSchedule } from './voucher-templates/due-vouchers.schedule.js';

/** What the clock does in companies. */
export const booksSchedules = [
  dueVouchersSchedule,
  resumeImportsSchedule,
  companyNewsSchedule,
  sweepAttachmentsSchedule,
];
