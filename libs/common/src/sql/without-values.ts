const TEXT_MAX = 2_000;
/** Characters that are looked at: a statement may be megabytes long. */
const LOOKED_AT_MAX = 8_000;

/**
 * Names in backticks, then whatever may hold a value: strings (also one that the cut left open), comments, numbers.
 * Each alternative begins with another character, so that no statement makes it slow.
 */
const TOKENS =
  /`(?:[^`]|``)*`?|'(?:[^'\\]|\\.|'')*(?:'|\\?$)|"(?:[^"\\]|\\.|"")*(?:"|\\?$)|\/\*.*?(?:\*\/|$)|(?:--\s|#)[^\n]*|\b\d[\w.]*|(?<=[^\w.])\.\d+/gs;
const REPEATED = /\?(?:\s*,\s*\?)+/g;
const REPEATED_ROWS = /(\(\?(?:, …)?\))(?:\s*,\s*\(\?(?:, …)?\))+/g;

/**
 * A statement without the values in it: strings and numbers become `?`, lists of them one, comments go. For logs and
 * traces, which must not hold what people typed. At most 2,000 characters.
 */
export function withoutValues(sql: string): string {
  const text = sql
    .slice(0, LOOKED_AT_MAX)
    .replace(TOKENS, (token) => (token.startsWith('`') ? token : /^(?:\/\*|--|#)/.test(token) ? ' ' : '?'))
    .replace(REPEATED, '?, …')
    .replace(REPEATED_ROWS, '$1, …')
    .replace(/\s+/g, ' ')
    .trim();
  return text.length > TEXT_MAX || sql.length > LOOKED_AT_MAX ? `${text.slice(0, TEXT_MAX)} …` : text;
}
