const KEY = 'finvera.session';

export interface Session {
  token: string;
  expires_at_ms: number;
  admin: { id: string; email: string; name: string };
}

/** The sign-in of this browser tab; null when there is none or it has run out. */
export function readSession(): Session | null {
  const text = sessionStorage.getItem(KEY);
  if (!text) return null;
  const session = JSON.parse(text) as Session;
  if (session.expires_at_ms > Date.now()) return session;
  endSession();
  return null;
}

export const keepSession = (session: Session) => sessionStorage.setItem(KEY, JSON.stringify(session));

export const endSession = () => sessionStorage.removeItem(KEY);
