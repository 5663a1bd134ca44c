import { type Actor, newUuid, systemActor } from '@finvera/common';
import { userInfo } from 'node:os';

/** Whoever runs the command, as the audit log names them. */
export function cliActor(command: string): Actor {
  let user = 'somebody';
  try {
    user = userInfo().username;
  } catch {
    // a container's user may have no name
  }
  return { ...systemActor(`cli:${newUuid()}`), name: `${user} (finvera ${command})` };
}
