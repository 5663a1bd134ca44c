import { type FinveraRequest, ruleBroken } from '@finvera/common';
import { Injectable, StreamableFile } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Readable } from 'node:stream';
import { CompanySettingsReader } from '../../company/company-settings.js';
import type { ReportDocument } from '../formats/report-document.js';
import { writeCsv } from '../formats/write-csv.js';
import { writePdf } from '../formats/write-pdf.js';
import { writeXlsx } from '../formats/write-xlsx.js';
import { chooseFormat, MEDIA_TYPES } from './choose-format.js';
import type { Format, FormatQuery } from './format-query.js';
import type { Report } from './report.js';
import type { ReportRow, ReportTable } from './report-table.js';

type FileFormat = Exclude<Format, 'json'>;

const WRITERS: Record<FileFormat, (document: ReportDocument) => Readable> = {
  csv: writeCsv,
  xlsx: writeXlsx,
  pdf: writePdf,
};

/** Rows of a sheet are limited by its format, pages by what anybody reads. */
const ROWS_MAX: Record<FileFormat, number> = { csv: Number.POSITIVE_INFINITY, xlsx: 1_000_000, pdf: 20_000 };

export interface ReportRequest {
  query: FormatQuery;
  request: FinveraRequest;
  reply: FastifyReply;
  /** of the file, without its ending */
  fileName: string;
}

/** Sends a report in the form that was asked for. */
@Injectable()
export class ReportSender {
  constructor(private readonly settings: CompanySettingsReader) {}

  /** @throws DomainError 422 `report_too_long`, and what the report refuses */
  async send(report: Report<never>, { query, request, reply, fileName }: ReportRequest): Promise<unknown> {
    const format = chooseFormat(query.format, request.headers.accept);
    reply.header('Vary', 'Accept');
    if (format === 'json') return report.answer(query as never);
    const table = await report.table(query as never);
    await assertFits(table, format);
    const { companyName, baseCurrency, currencyDigits, timeZone } = await this.settings.get();
    const file = WRITERS[format]({
      ...table,
      rows: await begun(table.rows),
      company: companyName,
      currency: baseCurrency,
      currencyDigits,
      printed: `printed ${localTime(timeZone)} (${timeZone})`,
      origin: `${request.protocol}://${request.host}`,
    });
    return new StreamableFile(file, {
      type: format === 'csv' ? `${MEDIA_TYPES.csv}; charset=utf-8; header=present` : MEDIA_TYPES[format],
      disposition: `attachment; filename="${fileName}.${format}"`,
    });
  }
}

async function assertFits({ rows, countRows }: ReportTable, format: FileFormat): Promise<void> {
  const max = ROWS_MAX[format];
  if (max === Number.POSITIVE_INFINITY) return;
  const count = Array.isArray(rows) ? rows.length : ((await countRows?.(max + 1)) ?? 0);
  if (count > max)
    throw ruleBroken(
      'report_too_long',
      `The report has more than ${max} rows, too many for ${format}. Ask for a shorter period, or for CSV, which has no limit.`,
      [{ field: 'format', message: `takes ${max} rows` }],
    );
}

/** Reads the first row at once: what goes wrong at the beginning is then a refusal, not a file that breaks off. */
async function begun(rows: ReportTable['rows']): Promise<Iterable<ReportRow> | AsyncIterable<ReportRow>> {
  if (!(Symbol.asyncIterator in rows)) return rows;
  const iterator = rows[Symbol.asyncIterator]();
  const first = await iterator.next();
  return (async function* () {
    try {
      for (let next = first; !next.done; next = await iterator.next()) yield next.value;
    } finally {
      await iterator.return?.();
    }
  })();
}

const localTime = (timeZone: string) =>
  new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' }).format(new Date());
