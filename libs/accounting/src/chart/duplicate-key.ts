import { isDuplicate } from '@finvera/common';
/**
 * Runs a write and turns the violation of a unique key into a refusal: the check before it gave the kind answer, this
 * one meets whoever took the same name a moment earlier.
 * @param refusals by name of the unique key
 */
export async function refuseDuplicate<T>(write: Promise<T>, refusals: Record<string, () => Error>): Promise<T> {
  try {
    return await write;
  } catch (error) {
    const key = duplicateKey(error);
    const refusal = key === null ? undefined : refusals[key];
    throw refusal ? refusal() : error;
  }
}

/** Runs a deletion and turns a reference from another table into a refusal: from a budget, a template, a stored part. */
export async function refuseReferenced<T>(deletion: Promise<T>, refusal: () => Error): Promise<T> {
  try {
    return await deletion;
  } catch (error) {
    throw (error as { code?: string } | null)?.code === 'ER_ROW_IS_REFERENCED_2' ? refusal() : error;
  }
}

/** Name of the unique key that a write violated; MySQL puts the table's name before it. */
export function duplicateKey(error: unknown): string | null {
  if (!isDuplicate(error)) return null;
  return /for key '(?:[^'.]+\.)?([^'.]+)'/.exec((error as Error).message)?.[1] ?? null;
}
