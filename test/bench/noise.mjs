// A loud company: as many clients as are asked for, from "start" to "stop"
import autocannon from 'autocannon';

const LOUD_AFTER_MS = 1_000;
const LONGEST_S = 3_600;
const target = JSON.parse(process.argv[2]);
let running;

process.on('message', async (what) => {
  if (what === 'start') {
    running = autocannon({ ...target, duration: LONGEST_S });
    setTimeout(() => process.send('loud'), LOUD_AFTER_MS);
    return;
  }
  running.stop();
  const { requests, non2xx, errors } = await running;
  process.send({ served: requests.total, failed: non2xx + errors });
});
