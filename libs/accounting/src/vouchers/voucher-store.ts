/** What other features may use to write vouchers of their own: opening balances, closing vouchers. */
export type { PreparedLine, PreparedVoucher } from './prepare-vouchers.js';
export { createdBy, creationOf, nameOf } from './voucher-answer.js';
export { assertDate } from './voucher-date.js';
export { closingType, readVoucherTypes } from './voucher-types.js';
export { insertDrafts, insertLines, postDrafts } from './voucher-writer.js';
