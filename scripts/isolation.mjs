// npm run isolation: a million requests over 500 companies from 3 processes, zero foreign rows; `-- --requests N --tenants M`
import { runLoadProgram } from './lib/load-program.mjs';

runLoadProgram('isolation', { servers: true });
