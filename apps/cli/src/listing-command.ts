import { PAGE_LIMIT_DEFAULT, PAGE_LIMIT_MAX } from '@finvera/common';
import { Option } from 'nest-commander';
import { PrintingCommand, type PrintOptions } from './printing-command.js';

export interface PageOptions extends PrintOptions {
  page?: number;
  limit?: number;
  search?: string;
  sort?: string;
}

/** What every list takes, as the routes do. */
export abstract class ListingCommand extends PrintingCommand {
  protected readonly limitDefault: number = PAGE_LIMIT_DEFAULT;

  @Option({ flags: '-p, --page <number>', description: 'page of the list (1)' })
  page(number: string): number {
    return Number(number);
  }

  @Option({ flags: '-l, --limit <number>', description: `rows of a page, up to ${PAGE_LIMIT_MAX}` })
  limit(number: string): number {
    return Number(number);
  }

  /** Says on stderr what the page does not show. */
  protected sayMore(total: number, shown: number, { page = 1, limit = this.limitDefault }: PageOptions): void {
    const left = total - (page - 1) * limit - shown;
    if (left > 0 && shown > 0) process.stderr.write(`${left} more; see --page ${page + 1}\n`);
  }
}
