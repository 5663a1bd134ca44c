import type { Readable } from 'node:stream';
import { DomainError, unavailable } from '../errors/domain-error.js';

/**
 * Where files are kept: a folder that all processes share, or a bucket. Keys are names joined by slashes
 * ("tenants/1f…/attachments/42"); each object is written once and never changed.
 */
export interface ObjectStore {
  /**
   * Stores what the stream gives. The object is there wholly or not at all; one under the same key is replaced.
   * @throws what the stream fails with; DomainError 503 `object_store_unavailable`
   */
  put(key: string, body: Readable): Promise<void>;
  /** @returns null when there is no such object. @throws DomainError 503 `object_store_unavailable` */
  get(key: string): Promise<Readable | null>;
  /** Bytes; null when there is no such object. @throws DomainError 503 `object_store_unavailable` */
  size(key: string): Promise<number | null>;
  /** Keys that begin so, asked for page by page. @param prefix ends with a slash. @throws DomainError 503 `object_store_unavailable` */
  keys(prefix: string): AsyncGenerator<string>;
  /** It may be gone already, or have been written half. @throws DomainError 503 `object_store_unavailable` */
  remove(key: string): Promise<void>;
  /** Removes everything whose key begins so. @param prefix ends with a slash. @throws DomainError 503 `object_store_unavailable` */
  removeAll(prefix: string): Promise<void>;
}

export const OBJECT_STORE = Symbol('OBJECT_STORE');

/** Begins the keys of everything that belongs to a company. */
export const filesOfTenant = (tenantId: string) => `tenants/${tenantId}/`;

const KEY = /^[A-Za-z0-9_-][A-Za-z0-9._-]*(\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$/;
const KEY_MAX_LENGTH = 500;

/** @throws Error when it is no key: keys are made by the program, never by a person */
export function assertKey(key: string): void {
  if (key.length > KEY_MAX_LENGTH || !KEY.test(key)) throw new Error(`${JSON.stringify(key)} is no key of an object`);
}

export function assertPrefix(prefix: string): void {
  if (!prefix.endsWith('/')) throw new Error(`${JSON.stringify(prefix)} does not end with a slash`);
  assertKey(prefix.slice(0, -1));
}

const RETRY_AFTER_S = 5;

/** What a store failed with, as people are told; what a stream was refused with stays so. */
export const storeFailure = (error: unknown): DomainError =>
  error instanceof DomainError
    ? error
    : unavailable(
        'object_store_unavailable',
        'The store of files does not answer; try again shortly.',
        RETRY_AFTER_S,
        error,
      );
