import { malformed } from '@finvera/common';

/** Characters that XML 1.0 has no place for; other programs write them all the same. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is sought
const NO_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;
const CHARACTER = /&#(?:x([0-9a-f]{1,6})|(\d{1,7}));/gi;
const ENTITY_OR_AMPERSAND = /&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9a-f]{1,6});)/gi;

/**
 * The text of a Tally file: UTF-16 of either order with or without its mark, UTF-8, or Windows-1252;
 * without control characters, references to them (Tally writes `&#4; Primary`), and ampersands that stand alone.
 * Lines stay lines, so that a row is found again.
 * @throws DomainError 400 `malformed` when it declares a document type
 */
export function tallyText(bytes: Uint8Array): string {
  const text = decodeText(bytes)
    .replace(NO_XML, '')
    .replace(CHARACTER, (whole, hex, plain) => (isAllowed(hex ? Number.parseInt(hex, 16) : Number(plain)) ? whole : ''))
    .replace(ENTITY_OR_AMPERSAND, '&amp;');
  if (/<!DOCTYPE/i.test(text)) throw malformed('The file cannot be read: a document type is not taken.');
  return text;
}

/** UTF-16 of either order with or without its mark, UTF-8, else Windows-1252. */
export function decodeText(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  if (first === 0x3c && second === 0) return new TextDecoder('utf-16le').decode(bytes);
  if (first === 0 && second === 0x3c) return new TextDecoder('utf-16be').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

const isAllowed = (code: number) =>
  code === 9 ||
  code === 10 ||
  code === 13 ||
  (code >= 0x20 && code < 0xd800) ||
  (code >= 0xe000 && code < 0xfffe) ||
  (code >= 0x10000 && code <= 0x10ffff);
