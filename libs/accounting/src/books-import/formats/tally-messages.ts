import { malformed } from '@finvera/common';

/** One TALLYMESSAGE element. */
export interface Message {
  source: string;
  /** line of the file where it begins, from 1 */
  line: number;
}

const OPENING = /<TALLYMESSAGE(?=[\s/>])[^>]*>/g;
const CLOSING = '</TALLYMESSAGE>';

/**
 * Cuts a file into its messages, so that none is ever held as a tree together with all others.
 * @returns the messages, and what is around them with as many lines as the file has
 * @throws DomainError 400 when there are more than max, or one has no end
 */
export function cutMessages(source: string, max: number): { messages: Message[]; envelope: string } {
  const messages: Message[] = [];
  const around: string[] = [];
  let end = 0;
  let line = 1;
  for (const opening of source.matchAll(OPENING)) {
    if (opening.index < end) continue;
    const before = source.slice(end, opening.index);
    line += linesIn(before);
    const closing = opening[0].endsWith('/>')
      ? opening.index + opening[0].length
      : source.indexOf(CLOSING, opening.index);
    if (closing === -1) throw malformed(`The file cannot be read: line ${line}: TALLYMESSAGE has no end.`);
    end = opening[0].endsWith('/>') ? closing : closing + CLOSING.length;
    const message = source.slice(opening.index, end);
    if (messages.length === max)
      throw malformed(`The file has more than ${max} messages; send at most so many at once.`);
    messages.push({ source: message, line });
    const lines = linesIn(message);
    around.push(before, '\n'.repeat(lines));
    line += lines;
  }
  return { messages, envelope: [...around, source.slice(end)].join('') };
}

function linesIn(text: string): number {
  let lines = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines += 1;
  return lines;
}
