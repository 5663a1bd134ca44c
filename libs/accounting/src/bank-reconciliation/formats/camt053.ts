import { Decimal } from '@finvera/common';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { finish, type ParsedLine, type ParsedStatement, readAmount, readDate, unreadable } from './parsed-statement.js';

type Node = Record<string, unknown>;

const LISTS = new Set(['Stmt', 'Ntry', 'NtryDtls', 'TxDtls', 'Bal', 'Ustrd', 'Strd']);
const parser = new XMLParser({
  ignoreAttributes: true,
  removeNSPrefix: true,
  parseTagValue: false,
  htmlEntities: true, // numbers of characters too
  isArray: (name) => LISTS.has(name),
});

/** ISO 20022 camt.053, any version: BankToCustomerStatement with one statement or several that follow each other. */
export function parseCamt053(text: string): ParsedStatement {
  if (/<!DOCTYPE/i.test(text)) throw unreadable('the file', 'a document type is not taken');
  const valid = XMLValidator.validate(text);
  if (valid !== true) throw unreadable(`line ${valid.err.line}`, valid.err.msg);
  const statements = list(at(parser.parse(text), 'Document', 'BkToCstmrStmt'), 'Stmt');
  if (statements.length === 0)
    throw unreadable('the file', 'it is no camt.053: Document/BkToCstmrStmt/Stmt is missing');
  const lines = statements.flatMap((statement) => list(statement, 'Ntry').map(toLine));
  const [first] = statements;
  const last = statements.at(-1)!;
  return finish({
    from: dayOf(at(first, 'FrToDt', 'FrDtTm') ?? at(first, 'FrToDt', 'FrDt')),
    to: dayOf(at(last, 'FrToDt', 'ToDtTm') ?? at(last, 'FrToDt', 'ToDt')),
    opening: balance(first!, 'OPBD') ?? balance(first!, 'PRCD'),
    closing: balance(last, 'CLBD'),
    lines,
  });
}

function toLine(entry: Node, index: number): ParsedLine {
  const where = `entry ${index + 1}`;
  const booked = dayOf(at(entry, 'BookgDt', 'Dt') ?? at(entry, 'BookgDt', 'DtTm') ?? at(entry, 'ValDt', 'Dt'));
  if (booked === null) throw unreadable(where, 'BookgDt is missing');
  const details = list(entry, 'NtryDtls').flatMap((one) => list(one, 'TxDtls'));
  const texts = details.flatMap((one) => [
    text(at(one, 'RltdPties', 'Dbtr', 'Nm')) || text(at(one, 'RltdPties', 'Dbtr', 'Pty', 'Nm')),
    text(at(one, 'RltdPties', 'Cdtr', 'Nm')) || text(at(one, 'RltdPties', 'Cdtr', 'Pty', 'Nm')),
    ...((at(one, 'RmtInf', 'Ustrd') as unknown[] | undefined) ?? []).map(text),
    ...list((at(one, 'RmtInf') ?? {}) as Node, 'Strd').map((ref) => text(at(ref, 'CdtrRefInf', 'Ref'))),
  ]);
  const references = details.map((one) => text(at(one, 'Refs', 'EndToEndId'))).filter((ref) => ref !== 'NOTPROVIDED');
  const amount = readAmount(text(entry.Amt), where);
  return {
    date: readDate(booked, where),
    amount: isDebit(entry) ? amount.negated() : amount,
    description: [...texts, text(entry.AddtlNtryInf)].filter((part) => part !== '').join(' '),
    reference: references.find((ref) => ref !== '') || text(entry.AcctSvcrRef) || text(entry.NtryRef),
  };
}

/** A reversed credit is money out. */
const isDebit = (entry: Node) => (text(entry.CdtDbtInd) === 'DBIT') !== (text(entry.RvslInd) === 'true');

function balance(statement: Node, code: string): Decimal | null {
  const found = list(statement, 'Bal').find((one) => text(at(one, 'Tp', 'CdOrPrtry', 'Cd')) === code);
  if (!found) return null;
  const amount = readAmount(text(found.Amt), `balance ${code}`);
  return text(found.CdtDbtInd) === 'DBIT' ? amount.negated() : amount;
}

const at = (node: unknown, ...path: string[]): unknown =>
  path.reduce((one, name) => (one !== null && typeof one === 'object' ? (one as Node)[name] : undefined), node);
const list = (node: unknown, name: string): Node[] => (at(node, name) as Node[] | undefined) ?? [];
const text = (value: unknown): string => (typeof value === 'string' ? value.trim() : '');
const dayOf = (value: unknown): string | null => (text(value) === '' ? null : text(value).slice(0, 10));
