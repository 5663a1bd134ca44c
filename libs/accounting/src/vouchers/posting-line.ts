import { type Actor, type IdempotencyRequest, unavailable } from '@finvera/common';
import { AsyncResource } from 'node:async_hooks';
import type { CreateVoucherDto, VoucherDto } from './voucher.dto.js';

/** Transactions of posts together that a company has under way in this process. */
const AT_ONCE = 2;
/** Vouchers, and entries, of one of them. */
const VOUCHERS_MAX = 64;
const ENTRIES_MAX = 1_000;
const WAIT_MAX_MS = 30_000;

export interface PostOptions {
  actor: Actor;
  mayOverrideLock: boolean;
  idempotency?: IdempotencyRequest;
  /** answers what would be, and stores nothing */
  dryRun?: boolean;
  /** refusals name the voucher's place in the list */
  bulk?: boolean;
}

/** One voucher that somebody posts. */
export interface Posting {
  body: CreateVoucherDto;
  options: PostOptions;
}

/** The transaction may have been committed: nobody may do it again. */
export class PerhapsStored extends Error {
  constructor(override readonly cause: unknown) {
    super('the answer to COMMIT did not come');
  }
}

interface Waiting {
  posting: Posting;
  sinceMs: number;
  /** in the asynchronous context of whoever posts */
  postAlone: () => Promise<VoucherDto>;
  resolve(voucher: VoucherDto): void;
  reject(error: unknown): void;
}

/**
 * Posts that arrive while others are under way go into one transaction together: a number series is locked, and the log
 * of the database written to disk, once for all of them. Whoever comes alone waits for nobody. When one of them is refused
 * nothing of them was stored, and each is posted alone.
 */
export class PostingLine {
  private readonly waiting: Waiting[] = [];
  private underWay = 0;

  constructor(
    private readonly postTogether: (postings: readonly Posting[]) => Promise<VoucherDto[]>,
    private readonly postAlone: (posting: Posting) => Promise<VoucherDto>,
  ) {}

  add(posting: Posting): Promise<VoucherDto> {
    return new Promise((resolve, reject) => {
      const postAlone = AsyncResource.bind(() => this.postAlone(posting));
      this.waiting.push({ posting, sinceMs: performance.now(), postAlone, resolve, reject });
      if (this.underWay < AT_ONCE) void this.work();
    });
  }

  private async work(): Promise<void> {
    this.underWay += 1;
    for (let some = this.take(); some.length > 0; some = this.take()) await postAll(some, this.postTogether);
    this.underWay -= 1;
  }

  private take(): Waiting[] {
    const tooLate = performance.now() - WAIT_MAX_MS;
    while (this.waiting[0] && this.waiting[0].sinceMs < tooLate)
      this.waiting
        .shift()!
        .reject(unavailable('company_busy', 'Others are changing the same things; try again shortly.', 1));
    let entries = 0;
    const end = this.waiting.findIndex(({ posting }, index) => {
      entries += posting.body.entries.length;
      const isAlike = posting.options.mayOverrideLock === this.waiting[0]!.posting.options.mayOverrideLock;
      return index > 0 && (index >= VOUCHERS_MAX || entries > ENTRIES_MAX || !isAlike);
    });
    return this.waiting.splice(0, end === -1 ? this.waiting.length : end);
  }
}

async function postAll(
  some: readonly Waiting[],
  postTogether: (postings: readonly Posting[]) => Promise<VoucherDto[]>,
): Promise<void> {
  if (some.length > 1)
    try {
      const vouchers = await postTogether(some.map(({ posting }) => posting));
      for (const [index, { resolve }] of some.entries()) resolve(vouchers[index]!);
      return;
    } catch (error) {
      if (error instanceof PerhapsStored) {
        for (const { reject } of some) reject(error.cause);
        return;
      }
      // one of them is refused, or somebody else was in the way: each on its own says what of it
    }
  await Promise.all(some.map(({ postAlone, resolve, reject }) => postAlone().then(resolve, reject)));
}
