/**
 * MariaDB 10.11 leaves a file behind (`<table>.TRG-`) when several connections make triggers at once, in whatever
 * databases; the database can then not be dropped any more. So one at a time makes triggers on a server.
 */
const TRIGGER_LOCK = 'finvera:triggers';
const TRIGGER_LOCK_MAX_S = 60;

/** SQL that makes or drops triggers, within the lock. */
export const oneAtATime = (...sql: string[]): string[] => [
  `DO GET_LOCK('${TRIGGER_LOCK}', ${TRIGGER_LOCK_MAX_S})`,
  ...sql,
  `DO RELEASE_LOCK('${TRIGGER_LOCK}')`,
];
