import { fileTypeFromBuffer } from 'file-type';

/** Bytes at the beginning by which a file is known; archives of office programs need some. */
export const SNIFFED_BYTES = 65_536;

const OFFICE = {
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  ods: 'application/vnd.oasis.opendocument.spreadsheet',
  odt: 'application/vnd.oasis.opendocument.text',
};

/** What papers of a voucher are; none of it runs when it is opened. */
const ALLOWED: ReadonlySet<string> = new Set([
  'application/pdf',
  'image/png',
  'image/jpeg',
  'image/webp',
  'image/gif',
  'image/tiff',
  'image/heic',
  'image/heif',
  'application/xml',
  ...Object.values(OFFICE),
]);

export const ALLOWED_NAMES =
  'PDF, PNG, JPEG, WebP, GIF, TIFF, HEIC, XLSX, DOCX, ODS, ODT, XML, CSV, JSON and plain text';

const TEXTS: Record<string, string> = { csv: 'text/csv', json: 'application/json' };

/**
 * The media type by the content; the name decides only between kinds that look alike.
 * @param head the first bytes of the file, SNIFFED_BYTES of them or all
 * @returns null when it is nothing that is taken
 */
export async function contentTypeOf(head: Buffer, name: string): Promise<string | null> {
  const extension = /\.([A-Za-z0-9]+)$/.exec(name)?.[1]?.toLowerCase() ?? '';
  const found = (await fileTypeFromBuffer(head))?.mime;
  if (found === undefined) return isText(head) ? (TEXTS[extension] ?? 'text/plain') : null;
  // the part of an archive that says which program wrote it may come later than its first bytes
  if (found === 'application/zip') return OFFICE[extension as keyof typeof OFFICE] ?? null;
  return ALLOWED.has(found) ? found : null;
}

/** UTF-8 without control characters; the last letter may be cut. */
function isText(head: Buffer): boolean {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are looked for
    return !/[\x00-\x08\x0e-\x1a\x1c-\x1f]/.test(text);
  } catch {
    return false;
  }
}
