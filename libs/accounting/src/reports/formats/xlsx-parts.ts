const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006';
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const SHEET_TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

export const CONTENT_TYPES = `${XML}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${SHEET_TYPE}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="${SHEET_TYPE}.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="${SHEET_TYPE}.styles+xml"/></Types>`;

export const PACKAGE_RELATIONS = `${XML}<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${OFFICE}/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`;

export const WORKBOOK_RELATIONS = `${XML}<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${OFFICE}/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="${OFFICE}/relationships/styles" Target="styles.xml"/></Relationships>`;

/**
 * @param name of the sheet, escaped, at most 31 characters
 * @param headerRows repeated at the top of each printed page
 */
export const workbook = (name: string, headerRows: number) =>
  `${XML}<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}/relationships"><sheets><sheet name="${name.replaceAll(/[\\/?*[\]:']/g, ' ')}" sheetId="1" r:id="rId1"/></sheets><definedNames><definedName name="_xlnm.Print_Titles" localSheetId="0">Sheet!$${headerRows}:$${headerRows}</definedName></definedNames></workbook>`.replace(
    'Sheet!',
    `'${name.replaceAll(/[\\/?*[\]:']/g, ' ')}'!`,
  );

/** Places in `cellXfs` below. */
export const STYLE = {
  plain: 0,
  bold: 1,
  amount: 2,
  boldAmount: 3,
  right: 4,
  struck: 5,
  struckAmount: 6,
  link: 7,
} as const;

const AMOUNT_FORMAT = 164;

/** @param digits after the point, of the company's currency */
export const STYLES = (digits: number) => {
  const format = `#,##0${digits > 0 ? `.${'0'.repeat(digits)}` : ''}`;
  const font = (inner: string) => `<font>${inner}<sz val="10"/><name val="Calibri"/></font>`;
  const cell = (fontId: number, { format: numFmtId = 0, right = false } = {}) =>
    `<xf numFmtId="${numFmtId}" fontId="${fontId}" fillId="0" borderId="0" xfId="0" applyFont="1"${numFmtId ? ' applyNumberFormat="1"' : ''}${right ? ' applyAlignment="1"><alignment horizontal="right"/></xf>' : '/>'}`;
  const cells = [
    cell(0), cell(1), cell(0, { format: AMOUNT_FORMAT }), cell(1, { format: AMOUNT_FORMAT }), cell(0, { right: true }),
    cell(2), cell(2, { format: AMOUNT_FORMAT }), cell(3),
  ]; // biome-ignore format: in the order of STYLE
  return `${XML}<styleSheet xmlns="${MAIN}"><numFmts count="1"><numFmt numFmtId="${AMOUNT_FORMAT}" formatCode="${format}"/></numFmts><fonts count="4">${font('')}${font('<b/>')}${font('<strike/>')}${font('<u/>')}</fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="${cells.length}">${cells.join('')}</cellXfs></styleSheet>`;
};
