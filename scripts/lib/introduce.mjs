import { given } from './runtime.mjs';
import { say } from './say.mjs';
import { quoted } from './shell.mjs';

/**
 * What a person needs to go on, once all of it runs.
 * @param {Record<string, string>} settings
 * @param {boolean} knowsAdmin whether e-mail and password of the settings are the first admin's
 */
export function introduce(settings, knowsAdmin) {
  const { API_URL: url, MARIADB_SOCKET: isPrivate } = settings;
  say(`
Finvera is ready.

  API         ${url}/api
  Explorer    ${url}/api/docs
  Dashboard   ${url}/admin/
  Logs        ${settings.LOG_FILE}, ${settings.WORKER_LOG_FILE}; servers: .finvera/
  Data        ${isPrivate ? '.finvera/' : `on ${settings.MASTER_DB_HOST}:${settings.MASTER_DB_PORT}`}

${knowsAdmin ? adminLines(settings) : '  Platform admin   as this master database was set up'}

Ctrl-C stops all of it; the data stays.`);
}

function adminLines({ API_URL: url, ADMIN_EMAIL: email, ADMIN_PASSWORD: password }) {
  const body = quoted(JSON.stringify({ email, password }));
  return `  Platform admin   ${email}
  Password         ${password}${given('ADMIN_PASSWORD') ? '' : '   (kept in .finvera/admin-password)'}

Paste this in another terminal to sign in:

  curl -s -X POST ${url}/api/admin/auth/login -H 'Content-Type: application/json' -d ${body}`;
}
