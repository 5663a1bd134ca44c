import { IsIn, IsString, Matches } from 'class-validator';
import { ConfigError } from '../config/load-config.js';
import { BooleanSetting } from '../config/setting-decorators.js';
import { LocalObjectStore } from './local-object-store.js';
import type { ObjectStore } from './object-store.js';
import { S3ObjectStore } from './s3-object-store.js';

const STORES = ['local', 's3'] as const;

/** Settings of the place where files are kept. */
export class ObjectStoreConfig {
  @IsIn(STORES, { message: `OBJECT_STORE must be one of ${STORES.join(', ')}` })
  OBJECT_STORE: (typeof STORES)[number] = 'local';

  /** Folder of a local store; all processes must share it. */
  @IsString()
  OBJECT_STORE_DIR: string = 'files';

  @IsString()
  S3_BUCKET: string = '';

  @IsString()
  S3_REGION: string = 'us-east-1';

  /** Of a store other than Amazon's. */
  @Matches(/^(https?:\/\/\S+)?$/, { message: 'S3_ENDPOINT must be an address such as https://s3.example.com' })
  S3_ENDPOINT: string = '';

  /** Empty: what the AWS SDK finds in its own variables, its files, or the machine's role. */
  @IsString()
  S3_ACCESS_KEY_ID: string = '';

  @IsString()
  S3_SECRET_ACCESS_KEY: string = '';

  /** Whether the bucket stands in the path instead of the host. */
  @BooleanSetting()
  S3_PATH_STYLE: boolean = false;

  /** Begins every key, so that several installations share a bucket. */
  @Matches(/^([A-Za-z0-9._-]+\/)*$/, {
    message: 'S3_PREFIX must be empty or names that each end with a slash, such as finvera/',
  })
  S3_PREFIX: string = '';
}

/** @throws ConfigError when a bucket is asked for and not named */
export function openObjectStore(config: ObjectStoreConfig): ObjectStore {
  if (config.OBJECT_STORE === 'local') return new LocalObjectStore(config.OBJECT_STORE_DIR);
  const { S3_ACCESS_KEY_ID: accessKeyId, S3_SECRET_ACCESS_KEY: secretAccessKey } = config;
  if (config.S3_BUCKET === '')
    throw new ConfigError('OBJECT_STORE=s3 needs S3_BUCKET. See .env.example for all settings.');
  if ((accessKeyId === '') !== (secretAccessKey === ''))
    throw new ConfigError('S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY go together. See .env.example for all settings.');
  return new S3ObjectStore({
    bucket: config.S3_BUCKET,
    region: config.S3_REGION,
    endpoint: config.S3_ENDPOINT || undefined,
    credentials: accessKeyId === '' ? undefined : { accessKeyId, secretAccessKey },
    pathStyle: config.S3_PATH_STYLE,
    prefix: config.S3_PREFIX,
  });
}
