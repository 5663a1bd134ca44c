let last = { body: '', key: '' };

/** The same key as long as the same thing is asked for: sending a form again after a lost answer creates nothing twice. */
export function idempotencyKeyFor(body: unknown): string {
  const text = JSON.stringify(body);
  if (text !== last.body) last = { body: text, key: randomKey() };
  return last.key;
}

export function forgetIdempotencyKey(): void {
  last = { body: '', key: '' };
}

/** `crypto.randomUUID` is missing on plain http. */
const randomKey = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
