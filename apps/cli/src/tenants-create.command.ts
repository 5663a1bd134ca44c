import { malformed } from '@finvera/common';
import { CreateManyTenants, parseRows, type RowResult, type RowsFormat, summaryOf } from '@finvera/provisioning';
import { CommandRunner, Option, SubCommand } from 'nest-commander';
import { createReadStream } from 'node:fs';
import { extname } from 'node:path';
import { cliActor } from './cli-actor.js';
import { EXIT_FOUND, EXIT_INTERRUPTED } from './exit-codes.js';
import { withPlatform } from './platform-context.js';
import { Progress } from './progress.js';

/** Bytes of a file of rows: ten thousand of them are about two megabytes. */
const FILE_MAX_BYTES = 20 * 2 ** 20;
const FORMATS: Record<string, RowsFormat> = { '.csv': 'csv', '.tsv': 'csv', '.jsonl': 'jsonl', '.ndjson': 'jsonl' };

interface CreateOptions {
  from?: string;
  format?: RowsFormat;
  dryRun?: boolean;
  json?: boolean;
  name?: string;
  email?: string;
  phone?: string;
  plan?: string;
}

@SubCommand({
  name: 'create',
  arguments: '[subdomain]',
  argsDescription: { subdomain: 'of one company, with --name, --email, --phone, --plan' },
  description:
    'create a company, or those of a file (CSV with a heading, or JSON lines; "-" for stdin). A result per row; a run that broke off is repeated as it is. Exit code 2 when some rows failed, 1 when the rows are wrong and nothing was made',
})
export class TenantsCreateCommand extends CommandRunner {
  async run([subdomain]: string[], options: CreateOptions): Promise<void> {
    const rows = options.from === undefined ? [oneRow(subdomain, options)] : await rowsOf(options.from, options.format);
    const interrupt = new AbortController();
    const stop = () => interrupt.abort();
    process.once('SIGINT', stop);
    const progress = new Progress();
    let done = 0;
    try {
      const results = await withPlatform((platform) =>
        platform.get(CreateManyTenants).run(rows, cliActor('tenants create'), {
          dryRun: options.dryRun,
          signal: interrupt.signal,
          onResult: (result) => {
            done += 1;
            progress.end();
            if (result.status !== 'not_started') process.stdout.write(lineOf(result, options.json));
            progress.show(`${done} of ${rows.length} rows`);
          },
        }),
      );
      const { created, existing, valid, failed, not_started } = summaryOf(results);
      progress.say(
        options.dryRun
          ? `${valid} rows can be made, ${existing} exist already, ${failed} cannot be made; nothing was made`
          : `${created} created, ${existing} existed already, ${failed} failed${not_started ? `, ${not_started} not begun: repeat the command to go on` : ''}`,
      );
      if (interrupt.signal.aborted) process.exitCode = EXIT_INTERRUPTED;
      else if (failed > 0) process.exitCode = EXIT_FOUND;
    } finally {
      progress.end();
      process.off('SIGINT', stop);
    }
  }

  @Option({
    flags: '-f, --from <file>',
    description: 'rows with company_name, subdomain, email, phone, subscription_plan',
  })
  from(file: string): string {
    return file;
  }

  @Option({ flags: '--format <format>', description: 'csv or jsonl, where the name of the file does not say it' })
  format(format: string): RowsFormat {
    if (format === 'csv' || format === 'jsonl') return format;
    throw malformed('--format must be csv or jsonl');
  }

  @Option({ flags: '--dry-run', description: 'check every row and make nothing' })
  dryRun(): boolean {
    return true;
  }

  @Option({ flags: '--json', description: 'a JSON line per row' })
  json(): boolean {
    return true;
  }

  @Option({ flags: '--name <name>', description: 'name of the company' })
  name(text: string): string {
    return text;
  }

  @Option({ flags: '--email <address>', description: 'of the company and its first administrator' })
  email(text: string): string {
    return text;
  }

  @Option({ flags: '--phone <number>', description: 'telephone number' })
  phone(text: string): string {
    return text;
  }

  @Option({ flags: '--plan <plan>', description: 'subscription plan', defaultValue: 'standard' })
  plan(text: string): string {
    return text;
  }
}

function oneRow(subdomain: string | undefined, { name, email, phone, plan }: CreateOptions): object {
  if (!subdomain) throw malformed('Name a subdomain, or give a file of rows with --from.');
  return { subdomain, company_name: name, email, phone, subscription_plan: plan };
}

async function rowsOf(file: string, given?: RowsFormat): Promise<object[]> {
  const format = given ?? FORMATS[extname(file).toLowerCase()];
  if (!format) throw malformed('Say with --format whether the rows are csv or jsonl.');
  const chunks: Buffer[] = [];
  let bytes = 0;
  const source = file === '-' ? process.stdin : createReadStream(file);
  try {
    for await (const chunk of source as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > FILE_MAX_BYTES)
        throw malformed(`The rows take more than ${FILE_MAX_BYTES / 2 ** 20} MB; split them.`);
      chunks.push(chunk);
    }
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') throw malformed(`There is no file ${file}.`);
    throw error;
  }
  return parseRows(Buffer.concat(chunks).toString('utf8'), format);
}

function lineOf(result: RowResult, json: boolean | undefined): string {
  if (json) return `${JSON.stringify(result)}\n`;
  const { row, subdomain, status, tenant_id, admin_user, error } = result;
  const password =
    admin_user?.temporary_password && `password of ${admin_user.email}: ${admin_user.temporary_password}`;
  const parts = [String(row).padStart(5), subdomain.padEnd(24), status.padEnd(9), tenant_id, password, error];
  return `${parts.filter((part) => part !== undefined).join('  ')}\n`;
}
