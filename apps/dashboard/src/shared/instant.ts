const FORMAT = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

/** An ISO instant in the reader's own time zone. */
export const showInstant = (iso: string | null) => (iso ? FORMAT.format(new Date(iso)) : null);
