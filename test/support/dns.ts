import { createSocket } from 'node:dgram';
import { decode, encode, type StringAnswer, type TxtAnswer } from 'dns-packet';

/** A DNS server on the loopback address that knows the given records, and nothing else (NXDOMAIN). */
export async function startDns() {
  const addresses = new Map<string, string[]>();
  /** name → records, each in the parts in which it is sent */
  const texts = new Map<string, string[][]>();
  const asked: string[] = [];
  const socket = createSocket('udp4');
  socket.on('message', (message, from) => {
    const query = decode(message);
    const { name, type } = query.questions![0]!;
    asked.push(`${type} ${name}`);
    const found: (TxtAnswer | StringAnswer)[] =
      type === 'TXT'
        ? (texts.get(name) ?? []).map((data) => ({ type, name, data }))
        : (addresses.get(name) ?? [])
            .filter((address) => address.includes(':') === (type === 'AAAA'))
            .map((data) => ({ type: type as 'A' | 'AAAA', name, data }));
    const known = texts.has(name) || addresses.has(name);
    const reply = { type: 'response', id: query.id, questions: query.questions, answers: found } as const;
    const noSuchName = 3;
    socket.send(encode({ ...reply, flags: known ? 0 : noSuchName }), from.port, from.address);
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return {
    server: `127.0.0.1:${socket.address().port}`,
    addresses,
    texts,
    asked,
    stop: () => new Promise<void>((resolve) => socket.close(() => resolve())),
  };
}
