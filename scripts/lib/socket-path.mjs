import { mkdtempSync, readFileSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A unix socket's path may have 108 bytes, the last of them zero. */
const SOCKET_PATH_MAX = 100;

/** The path of a socket in a folder; through a short link from /tmp when the folder's own path is too long. */
export function socketPath(dir, name) {
  const direct = join(dir, name);
  return Buffer.byteLength(direct) <= SOCKET_PATH_MAX ? direct : join(shortLink(dir), name);
}

/** Takes the short link away again, if there is one. */
export function removeShortLink(dir) {
  const link = lastLink(dir);
  if (link) rmSync(dirname(link), { recursive: true, force: true });
  rmSync(join(dir, 'link'), { force: true });
}

function shortLink(dir) {
  const last = lastLink(dir);
  if (last) return last;
  const link = join(mkdtempSync('/tmp/finvera-'), 's'); // a folder that only its owner may enter
  symlinkSync(dir, link);
  writeFileSync(join(dir, 'link'), link);
  return link;
}

function lastLink(dir) {
  try {
    const link = readFileSync(join(dir, 'link'), 'utf8');
    return readlinkSync(link) === dir ? link : undefined;
  } catch {
    return undefined; // never made, or /tmp was emptied
  }
}
