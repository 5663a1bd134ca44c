import { createHash } from 'node:crypto';
import fastify from 'fastify';
import { createPool } from 'mysql2/promise';

const { listen, typeId, ...database } = JSON.parse(process.argv[2]);
// as many connections as a company has
const pool = createPool({ ...database, connectionLimit: 5, supportBigNumbers: true, bigNumberStrings: true });
const server = fastify();
let id = BigInt(Date.now()) * 1_000_000n;
const next = () => {
  id += 1n;
  return String(id);
};
const sha256 = (text) => createHash('sha256').update(text).digest('hex');

/** The same rows as a voucher of the product, in one transaction, checking nothing. */
server.post('/vouchers', async (request, reply) => {
  const { date, narration, entries } = request.body;
  const connection = await pool.getConnection();
  const voucher = next();
  const total = entries.reduce((sum, { debit = '0' }) => sum + Number(debit), 0);
  const lines = entries.map((entry) => ({
    id: next(),
    debit: entry.debit ?? '0',
    credit: entry.credit ?? '0',
    ...entry,
  }));
  const changes = (line) => [line.id, line.ledger_id, 1, date, 0, line.debit, line.credit];
  try {
    await connection.beginTransaction();
    await connection.query(
      "INSERT INTO vouchers (id, voucher_type_id, date, narration, status, total, created_by) VALUES (?, ?, ?, ?, 'draft', ?, 'bare')",
      [voucher, typeId, date, narration, total],
    );
    await connection.query(
      'INSERT INTO entries (id, voucher_id, line_no, ledger_id, date, debit, credit, in_books) VALUES ?',
      [lines.map((line, index) => [line.id, voucher, index + 1, line.ledger_id, date, line.debit, line.credit, 1])],
    );
    await connection.query(
      'INSERT INTO entry_deltas (entry_id, ledger_id, in_books, date, is_opening, debit, credit) VALUES ?',
      [lines.map(changes)],
    );
    const [taken] = await connection.query(
      `INSERT INTO voucher_number_series (voucher_type_id, period_start, last_number) VALUES (?, '1900-01-01', LAST_INSERT_ID(1))
         ON DUPLICATE KEY UPDATE last_number = LAST_INSERT_ID(last_number + 1)`,
      [typeId],
    );
    const number = String(taken.insertId);
    await connection.query(
      "UPDATE vouchers SET status = 'posted', number = ?, number_period = '1900-01-01' WHERE id = ?",
      [number, voucher],
    );
    const after = JSON.stringify({ id: voucher, number, date, narration, entries: lines });
    await connection.query(
      `INSERT INTO edit_log (id, actor_id, actor_name, actor_kind, request_id, action, object_type, object_id, after_state, content_hash)
         VALUES (?, '1', 'bare', 'company', ?, 'posted', 'voucher', ?, ?, ?)`,
      [next(), request.id, voucher, after, sha256(after)],
    );
    await connection.query('INSERT INTO edit_log_unsealed (log_id) VALUES (?)', [String(id)]);
    await connection.commit();
    return reply
      .code(201)
      .send({ success: true, data: { voucher: { id: voucher, number, date, narration, entries: lines } } });
  } catch (error) {
    await connection.rollback();
    throw error;
  } finally {
    connection.release();
  }
});
await server.listen({ port: listen, host: '127.0.0.1' });
process.send('listening');
