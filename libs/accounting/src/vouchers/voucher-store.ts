/** What other features may use to write vouchers of their own: opening balances, closing vouchers. */
export { assertDate, type PreparedLine, type PreparedVoucher } from './prepare-vouchers.js';
export { insertDrafts, insertLines, postDrafts } from './voucher-writer.js';
