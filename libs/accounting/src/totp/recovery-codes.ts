import { sha256 } from '@finvera/common';
import { randomInt } from 'node:crypto';

const CODES = 10;
/** base32 (RFC 4648): nothing that is mistaken for something else; 16 letters are 80 bits, too many to guess from a hash */
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const GROUPS = 4;
const GROUP_LENGTH = 4;
export const RECOVERY_CODE_FORM = /^[\s-]*(?:[A-Za-z2-7][\s-]*){16}$/;

/** Codes that stand for a lost device, each once; their hashes are what is kept. */
export function makeRecoveryCodes(): { codes: string[]; hashes: string[] } {
  const codes = Array.from({ length: CODES }, makeCode);
  return { codes, hashes: codes.map(hashRecoveryCode) };
}

/** However it was typed. */
export const hashRecoveryCode = (code: string): string => sha256(code.replace(/[\s-]/g, '').toUpperCase());

const makeCode = () =>
  Array.from({ length: GROUPS }, () =>
    Array.from({ length: GROUP_LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join(''),
  ).join('-');
