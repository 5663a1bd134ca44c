import { loadConfig, SecretBox } from '@finvera/common';
import { randomBytes } from 'node:crypto';
import { DataSource } from 'typeorm';
import { initMasterDatabase } from '../init-master-database.js';
import { MasterConfig } from '../master.config.js';
import { masterDataSourceOptions } from '../master-data-source.js';
import { KeyRecord } from './key-record.js';
import { openSecretBox } from './open-secret-box.js';

const CURRENT = 'the key that the database is set up with';
const NEXT = 'the key that is to take its place later';
const WRONG = 'a key that was never one of this database';

describe('the key that a process is given', () => {
  const name = `finvera_t${randomBytes(4).toString('hex')}_master`;
  let master: DataSource;

  const settings = (env: Record<string, string>): MasterConfig => {
    const { TEST_DB_HOST, TEST_DB_PORT, TEST_DB_USER, TEST_DB_PASSWORD } = process.env;
    return loadConfig(MasterConfig, {
      MASTER_DB_HOST: TEST_DB_HOST,
      MASTER_DB_PORT: TEST_DB_PORT,
      MASTER_DB_USER: TEST_DB_USER,
      MASTER_DB_PASSWORD: TEST_DB_PASSWORD,
      MASTER_DB_NAME: name,
      ...env,
    });
  };

  /** The id of the key that a process with these settings writes with. */
  const open = async (current: string, { next = '', previous = '' } = {}): Promise<string> => {
    const env = { ENCRYPTION_KEY: current, ENCRYPTION_KEY_NEXT: next, ENCRYPTION_KEYS_PREVIOUS: previous };
    return (await openSecretBox(settings(env), master)).kid;
  };
  const kid = (key: string) => new SecretBox(key).kid;
  const rotated = (key: string, previous: string) =>
    new KeyRecord(master).makeCurrent(master.manager, new SecretBox(key, [previous]));

  beforeAll(async () => {
    await initMasterDatabase(settings({ ENCRYPTION_KEY: CURRENT }));
    master = await new DataSource(masterDataSourceOptions(settings({ ENCRYPTION_KEY: CURRENT }))).initialize();
  });

  afterEach(() => rotated(CURRENT, NEXT));

  afterAll(async () => {
    await master.query(`DROP DATABASE ${name}`);
    await master.destroy();
  });

  it('is refused when it is not the noted one', async () => {
    await expect(open(WRONG)).rejects.toThrow('is not the key that the master database');
    await expect(open(WRONG, { next: CURRENT })).resolves.toBe(kid(CURRENT)); // it knows the right one, and writes with it
    await expect(open(CURRENT, { next: 'short' })).rejects.toThrow('ENCRYPTION_KEY_NEXT must have at least 32');
    await expect(open(CURRENT, { previous: `${NEXT},short` })).rejects.toThrow('ENCRYPTION_KEYS_PREVIOUS must be keys');
  });

  it('may be changed step by step, with processes of both kinds at once', async () => {
    expect(await open(CURRENT, { next: NEXT })).toBe(kid(CURRENT));
    expect(await open(CURRENT)).toBe(kid(CURRENT)); // restarted before its turn: nothing is written with the next key yet
    expect(await open(NEXT, { previous: CURRENT })).toBe(kid(NEXT));
    expect(await open(CURRENT, { next: NEXT })).toBe(kid(CURRENT));
    await rotated(NEXT, CURRENT);
    expect(await open(NEXT)).toBe(kid(NEXT));
    expect(await open(CURRENT, { next: NEXT })).toBe(kid(NEXT)); // restarted with settings that are behind
    await expect(open(CURRENT)).rejects.toThrow('is not the key that the master database');
  });

  it('is refused when it could not read what others write already', async () => {
    await open(NEXT, { previous: CURRENT });
    await expect(open(CURRENT)).rejects.toThrow(`other processes write with key ${kid(NEXT)} already`);
    await expect(open(CURRENT, { previous: NEXT })).resolves.toBe(kid(CURRENT));
  });

  it('is refused when it is a third one during a change, until that is given up', async () => {
    await open(CURRENT, { next: NEXT });
    await expect(open(CURRENT, { next: WRONG })).rejects.toThrow(`is being changed to key ${kid(NEXT)}`);
    await expect(open(WRONG, { previous: CURRENT })).rejects.toThrow(`is being changed to key ${kid(NEXT)}`);
    expect(await rotated(CURRENT, NEXT)).toBe(true);
    expect(await open(CURRENT, { next: WRONG })).toBe(kid(CURRENT));
  });

  it('a noted id with a check value of another key is no proof', async () => {
    await master.query('UPDATE encryption_keys SET kid = ?', [kid(WRONG)]);
    await expect(open(WRONG)).rejects.toThrow('is not the key that the master database');
    await expect(open(CURRENT, { previous: WRONG })).rejects.toThrow('is not the key that the master database');
  });
});
