#!/usr/bin/env node
import { ConfigError, DomainError } from '@finvera/common';
import { CommandFactory } from 'nest-commander';
import { CliModule } from './cli.module.js';

function fail(error: unknown): never {
  const known = error instanceof ConfigError || error instanceof DomainError;
  process.stderr.write(
    `${known ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  process.exit(1);
}

await CommandFactory.run(CliModule, {
  logger: ['error', 'fatal'],
  errorHandler: fail,
  serviceErrorHandler: fail,
  cliName: 'finvera',
  enablePositionalOptions: true,
}).catch(fail);
process.exit();
