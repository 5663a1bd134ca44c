// node scripts/with-env.mjs COMMAND …: runs a command with the settings of the running copy, or of .env
import { spawn } from 'node:child_process';
import { build } from './lib/build.mjs';
import { installPackages } from './lib/install.mjs';
import { given, loadDotEnv, readRuntime } from './lib/runtime.mjs';
import { main, sayOnStderr, Stop } from './lib/say.mjs';

main(async () => {
  sayOnStderr(); // what the command prints may go into a pipe
  loadDotEnv();
  const runtime = readRuntime();
  if (!runtime && !given('MASTER_DB_HOST'))
    throw new Stop('Nothing is running here: start it with npm start, or set MASTER_DB_HOST (see .env.example).');
  if (!runtime) {
    await installPackages();
    await build();
  }
  const [command, ...args] = process.argv.slice(2);
  const child = spawn(command, args, { stdio: 'inherit', env: { ...process.env, ...runtime?.settings } });
  child.on('error', (error) => process.stderr.write(`${error.message}\n`));
  process.exitCode = await new Promise((resolve) => child.on('close', (code) => resolve(code ?? 1)));
});
