import { Injectable } from '@nestjs/common';
import { BuildTotals } from '../totals/build-totals.js';
import { KeepBooks } from './keep-books.js';

/** Makes the totals of a company anew from its entries, while everybody posts; reports read entries meanwhile. */
@Injectable()
export class RebuildTotals {
  constructor(
    private readonly buildTotals: BuildTotals,
    private readonly keepBooks: KeepBooks,
  ) {}

  async run(): Promise<void> {
    await this.buildTotals.restart();
    do await this.keepBooks.run({ all: true });
    while (await this.buildTotals.isPending());
  }
}
