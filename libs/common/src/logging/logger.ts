import { mkdirSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { LoggerService, LogLevel } from '@nestjs/common';
import { type Logger, pino } from 'pino';
import { createStream } from 'rotating-file-stream';

export interface LoggerOptions {
  level: string;
  /** path of the log file; empty: stdout alone */
  file?: string;
  service: string;
  /** also, or only, to stdout; default true */
  stdout?: boolean;
  /** megabytes after which the log file is rotated; old ones are kept compressed, `LOG_FILES_KEPT` of them */
  fileMaxMb?: number;
}

const LOG_FILES_KEPT = 10;

/** Field names whose values never reach a log. */
const SECRETS = ['password', 'admin_password', 'db_password', 'token', 'authorization', 'encryption_key', 'secret'];

const REDACTED = SECRETS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);

/** Structured logs, one JSON object a line, to stdout and to a rotated file. */
export function createLogger({ level, file, service, stdout = true, fileMaxMb = 50 }: LoggerOptions): Logger {
  const options = {
    level,
    base: { service, pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: REDACTED, censor: '[secret]' },
    serializers: { err: serializeError },
  };
  if (!file) return pino(options);
  mkdirSync(dirname(file), { recursive: true });
  const rotated = createStream(basename(file), {
    path: dirname(file),
    size: `${fileMaxMb}M`,
    maxFiles: LOG_FILES_KEPT,
    compress: 'gzip',
  });
  // a full disk must not stop the books: stdout still has every line
  rotated.on('error', (error: Error) => process.stderr.write(`log file ${file}: ${error.message}\n`));
  const streams = [
    { stream: rotated, level: 'trace' as const },
    ...(stdout ? [{ stream: process.stdout, level: 'trace' as const }] : []),
  ];
  return pino(options, pino.multistream(streams));
}

/** An error without SQL parameters: they may hold what people typed. */
function serializeError(error: unknown): object {
  if (!(error instanceof Error)) return { message: String(error) };
  const { name, message, stack } = error;
  const code = (error as { code?: unknown }).code;
  const cause = error.cause instanceof Error ? serializeError(error.cause) : undefined;
  return { type: name, message, ...(code !== undefined && { code }), stack, ...(cause && { cause }) };
}

type Written = string | Record<string, unknown>;

/** Lets Nest write through pino. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log = (message: Written, ...rest: unknown[]) => this.write('info', message, rest);
  warn = (message: Written, ...rest: unknown[]) => this.write('warn', message, rest);
  error = (message: Written, ...rest: unknown[]) => this.write('error', message, rest);
  debug = (message: Written, ...rest: unknown[]) => this.write('debug', message, rest);
  verbose = (message: Written, ...rest: unknown[]) => this.write('trace', message, rest);
  fatal = (message: Written, ...rest: unknown[]) => this.write('fatal', message, rest);
  setLogLevels(_levels: LogLevel[]): void {}

  private write(
    level: 'info' | 'warn' | 'error' | 'debug' | 'trace' | 'fatal',
    message: Written,
    rest: unknown[],
  ): void {
    if (!this.logger.isLevelEnabled(level)) return;
    const context = rest.length > 0 && typeof rest.at(-1) === 'string' ? rest.at(-1) : undefined;
    const error = rest.find((part) => part instanceof Error);
    if (typeof message === 'string')
      this.logger[level]({ context, ...(error !== undefined && { err: error }) }, message);
    else {
      const { msg, ...fields } = message;
      this.logger[level]({ context, ...fields }, typeof msg === 'string' ? msg : '');
    }
  }
}
