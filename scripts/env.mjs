// npm run -s env: the settings of the running copy as NAME=value lines
import { readRuntime } from './lib/runtime.mjs';
import { main, say, Stop } from './lib/say.mjs';

const PLAIN = /^[A-Za-z0-9_@%+=:,./-]*$/;
const quoted = (value) => (PLAIN.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`);

main(async () => {
  const runtime = readRuntime();
  if (!runtime) throw new Stop('Nothing is running here; start it with: npm start');
  const pids = Object.fromEntries(Object.entries(runtime.pids).map(([name, pid]) => [`${name}_PID`, String(pid)]));
  for (const [name, value] of Object.entries({
    ...runtime.settings,
    ...pids,
    SUPERVISOR_PID: String(runtime.supervisor),
  }))
    say(`${name}=${quoted(value)}`);
});
