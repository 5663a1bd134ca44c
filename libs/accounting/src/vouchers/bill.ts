export const BILL_TYPES = ['new_ref', 'agst_ref', 'advance', 'on_account'] as const;
export type BillType = (typeof BILL_TYPES)[number];
