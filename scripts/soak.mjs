// npm run soak: 30 minutes of random work while database servers and Redis are killed and revived; `-- --minutes N`
import { runLoadProgram } from './lib/load-program.mjs';

runLoadProgram('soak');
