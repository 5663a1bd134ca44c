import type { MasterConfig } from '@finvera/master-data';
import type { ProgramTarget } from '../dumps/client-program.js';

/** The server that holds the master database. */
export const masterServerOf = (config: MasterConfig): ProgramTarget => ({
  host: config.MASTER_DB_HOST,
  port: config.MASTER_DB_PORT,
  user: config.MASTER_DB_USER,
  password: config.MASTER_DB_PASSWORD,
});
