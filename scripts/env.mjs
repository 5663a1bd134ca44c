// npm run -s env: the settings of the running copy as NAME=value lines
import { readRuntime } from './lib/runtime.mjs';
import { main, say, Stop } from './lib/say.mjs';
import { quoted } from './lib/shell.mjs';

main(async () => {
  const runtime = readRuntime();
  if (!runtime) throw new Stop('Nothing is running here; start it with: npm start');
  if (runtime.state !== 'running') throw new Stop('Finvera is just being started here; try again in a moment.');
  const pids = Object.fromEntries(Object.entries(runtime.pids).map(([name, pid]) => [`${name}_PID`, String(pid)]));
  const all = { ...runtime.settings, ...pids, SUPERVISOR_PID: String(runtime.supervisor) };
  for (const [name, value] of Object.entries(all)) say(`${name}=${quoted(value)}`);
});
