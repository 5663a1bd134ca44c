import { Injectable } from '@nestjs/common';
import { SealEditLog } from '../edit-log/seal-edit-log.js';
import { BuildTotals } from '../totals/build-totals.js';
import { FoldEntries } from '../totals/fold-entries.js';
import { FollowBooks, type News } from './follow-books.js';

/** Fewer than these wait: reports add them faster than a transaction would fold them. */
const FOLDED_FROM = 4_000;

export interface KeepBooksOptions {
  /** folds also what is hardly worth it */
  all?: boolean;
}

/** What the books need done beside the posting: the edit log's chain goes on, who waits for news is told, totals are built and kept. */
@Injectable()
export class KeepBooks {
  constructor(
    private readonly sealEditLog: SealEditLog,
    private readonly buildTotals: BuildTotals,
    private readonly foldEntries: FoldEntries,
    private readonly followBooks: FollowBooks,
  ) {}

  /** In bounded transactions until nothing is left, or somebody else is at it. @returns what waits to be sent */
  async run({ all = false }: KeepBooksOptions = {}): Promise<News> {
    while (await this.sealEditLog.seal());
    const news = await this.followBooks.run();
    while (await this.buildTotals.step());
    while ((await this.foldEntries.waiting(FOLDED_FROM)) >= (all ? 1 : FOLDED_FROM))
      if ((await this.foldEntries.fold()) === 0) break;
    return news;
  }
}
