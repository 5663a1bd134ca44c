import fastify from 'fastify';
import { createPool } from 'mysql2/promise';

const { listen, ...database } = JSON.parse(process.argv[2]);
const pool = createPool({ ...database, connectionLimit: 5, supportBigNumbers: true, bigNumberStrings: true });
const server = fastify();
server.get('/ledgers', async () => {
  const [rows] = await pool.execute(
    'SELECT l.id, l.name, l.code, l.group_id, g.name AS group_name, l.bill_by_bill, l.is_active, l.version, l.created_at, l.updated_at FROM ledgers l JOIN account_groups g ON g.id = l.group_id ORDER BY l.name LIMIT 20',
  );
  return { success: true, data: { ledgers: rows } };
});
await server.listen({ port: listen, host: '127.0.0.1' });
process.send('listening');
