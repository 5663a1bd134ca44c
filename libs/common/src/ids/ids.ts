import { randomBytes } from 'node:crypto';
import { v7 } from 'uuid';

/** A time-ordered UUID (version 7, RFC 9562) for rows of the master database. */
export const newUuid = (): string => v7();

const EPOCH_MS = 1_704_067_200_000; // 2024-01-01: 41 bits of milliseconds last until 2093
const NODE_BITS = 10n;
const SEQUENCE_BITS = 12n;
const SEQUENCE_MAX = (1 << Number(SEQUENCE_BITS)) - 1;
const NODE = BigInt(randomBytes(2).readUInt16BE() & ((1 << Number(NODE_BITS)) - 1));

let lastMs = 0;
let sequence = 0;

/**
 * A time-ordered 63-bit id (milliseconds, process, sequence) for rows of a tenant database, as a decimal string.
 * It fits a BIGINT key and is unlike any id of another company, so that a stray id finds nothing instead of something else.
 */
export function newId(): string {
  let now = Date.now();
  if (now <= lastMs) {
    now = lastMs;
    sequence += 1;
    if (sequence > SEQUENCE_MAX) {
      now = lastMs + 1;
      sequence = 0;
    }
  } else {
    sequence = randomBytes(1)[0]! & 0x3f;
  }
  lastMs = now;
  return (
    (BigInt(now - EPOCH_MS) << (NODE_BITS + SEQUENCE_BITS)) |
    (NODE << SEQUENCE_BITS) |
    BigInt(sequence)
  ).toString();
}

/** Ids made at a moment or before it, to the millisecond, are smaller than this. */
export const idAfter = (moment: Date): string =>
  (BigInt(Math.max(moment.getTime() + 1 - EPOCH_MS, 0)) << (NODE_BITS + SEQUENCE_BITS)).toString();
