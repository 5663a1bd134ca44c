/** Parts of a file as Tally exports it; amounts as Tally has them, debit negative. */
export const tallyFile = (...messages: string[]) =>
  `<ENVELOPE><BODY><IMPORTDATA><REQUESTDATA>\n${messages
    .map((inner) => `<TALLYMESSAGE xmlns:UDF="TallyUDF">${inner}</TALLYMESSAGE>`)
    .join('\n')}\n</REQUESTDATA></IMPORTDATA></BODY></ENVELOPE>`;

export const tallyGroup = (name: string, parent: string, more = '') =>
  `<GROUP NAME="${name}"><PARENT>${parent}</PARENT>${more}</GROUP>`;

export const tallyLedger = (name: string, parent: string, opening = '', more = '') =>
  `<LEDGER NAME="${name}"><PARENT>${parent}</PARENT>${opening === '' ? '' : `<OPENINGBALANCE>${opening}</OPENINGBALANCE>`}${more}</LEDGER>`;

export const tallyBill = (name: string, type: string, amount: string, more = '') =>
  `<BILLALLOCATIONS.LIST><NAME>${name}</NAME><BILLTYPE>${type}</BILLTYPE><AMOUNT>${amount}</AMOUNT>${more}</BILLALLOCATIONS.LIST>`;

export const tallyEntry = (ledger: string, amount: string, more = '') =>
  `<ALLLEDGERENTRIES.LIST><LEDGERNAME>${ledger}</LEDGERNAME><AMOUNT>${amount}</AMOUNT>${more}</ALLLEDGERENTRIES.LIST>`;

export interface TallyVoucher {
  guid?: string;
  type?: string;
  number?: string;
  date?: string;
  more?: string;
}

export const tallyVoucher = (
  { guid, type = 'Journal', number = '', date = '20230502', more = '' }: TallyVoucher,
  ...entries: string[]
) =>
  `<VOUCHER VCHTYPE="${type}"><DATE>${date}</DATE>${guid ? `<GUID>${guid}</GUID>` : ''}<VOUCHERTYPENAME>${type}</VOUCHERTYPENAME><VOUCHERNUMBER>${number}</VOUCHERNUMBER>${more}${entries.join('')}</VOUCHER>`;
