const FIRST_BUCKET_MS = 0.1;
const GROWTH = 1.55;
/** From 0.1 ms to 79 s; each bucket reaches 1.55 times as far as the one before. */
const BUCKETS = 32;
/** When so many are counted, all counts are halved: what is long past weighs little. */
const COUNTED_MAX = 2_048;

/**
 * How long it took to get a connection, of the last one to two thousand times. Its memory is fixed: about 300 bytes,
 * a few numbers until somebody had to wait.
 */
export class WaitHistogram {
  private counts?: Uint16Array;
  private unwaited = 0;
  private waited = 0;

  /** One was at hand: nobody waited. */
  recordNone(): void {
    this.unwaited += 1;
    if (this.unwaited + this.waited >= COUNTED_MAX) this.halve();
  }

  record(waitMs: number): void {
    this.counts ??= new Uint16Array(BUCKETS);
    const bucket = waitMs <= FIRST_BUCKET_MS ? 0 : Math.ceil(Math.log(waitMs / FIRST_BUCKET_MS) / Math.log(GROWTH));
    this.counts[Math.min(bucket, BUCKETS - 1)]! += 1;
    this.waited += 1;
    if (this.unwaited + this.waited >= COUNTED_MAX) this.halve();
  }

  /**
   * Milliseconds that the given share of those who asked did not exceed; null when nobody asked.
   * @param share between 0 and 1; 0.99 for p99
   */
  percentile(share: number): number | null {
    const total = this.unwaited + this.waited;
    if (total === 0) return null;
    let rank = share * total - this.unwaited;
    if (rank <= 0 || !this.counts) return 0;
    for (const [bucket, count] of this.counts.entries()) {
      if (rank <= count) {
        const above = FIRST_BUCKET_MS * GROWTH ** bucket;
        const below = bucket === 0 ? 0 : above / GROWTH;
        return Math.round((below + (above - below) * (rank / count)) * 1_000) / 1_000;
      }
      rank -= count;
    }
    return Math.round(FIRST_BUCKET_MS * GROWTH ** (BUCKETS - 1));
  }

  private halve(): void {
    this.unwaited >>= 1;
    this.waited = 0;
    if (!this.counts) return;
    for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
      this.counts[bucket]! >>= 1;
      this.waited += this.counts[bucket]!;
    }
  }
}
