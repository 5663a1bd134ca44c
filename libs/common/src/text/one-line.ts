/** A text as one line: control characters and white space become single spaces. */
export const oneLine = (text: string): string => text.replace(/\p{C}+|\s+/gu, ' ').trim();
