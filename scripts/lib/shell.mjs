const PLAIN = /^[A-Za-z0-9_@%+=:,./-]*$/;

/** A value as a shell reads it back; without quotes where none are needed. */
export const quoted = (value) => (PLAIN.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`);
