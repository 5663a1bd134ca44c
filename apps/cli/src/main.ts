#!/usr/bin/env node
import { ConfigError, DomainError } from '@finvera/common';
import { CommandFactory } from 'nest-commander';
import { CliModule } from './cli.module.js';
import { FinveraCommand } from './finvera.command.js';

function fail(error: unknown): never {
  const { code, exitCode } = error as { code?: string; exitCode?: number };
  if (typeof code === 'string' && code.startsWith('commander.')) process.exit(exitCode); // it has said why
  const known = error instanceof ConfigError || error instanceof DomainError;
  process.stderr.write(
    `${known ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  process.exit(1);
}

try {
  const cli = await CommandFactory.createWithoutRunning(CliModule, {
    logger: ['error', 'fatal'],
    errorHandler: fail,
    serviceErrorHandler: fail,
    cliName: 'finvera',
    enablePositionalOptions: true,
  });
  cli.get(FinveraCommand).completeHelp();
  await CommandFactory.runApplication(cli);
} catch (error) {
  fail(error);
}
process.exit();
