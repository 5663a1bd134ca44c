import type { AuthProvider } from 'react-admin';
import { send } from '../api/http';
import { endSession, keepSession, readSession, type Session } from './session';

interface SignedIn {
  token: string;
  expires_in: number;
  admin: Session['admin'];
}

export const authProvider: AuthProvider = {
  async login({ email, password }: { email: string; password: string }) {
    const { data } = await send<SignedIn>('POST', '/auth/login', { body: { email, password } });
    keepSession({ token: data.token, expires_at_ms: Date.now() + data.expires_in * 1000, admin: data.admin });
  },
  async logout() {
    endSession();
  },
  async checkAuth() {
    if (!readSession()) throw new Error('ra.auth.auth_check_error');
  },
  async checkError(error: { status?: number }) {
    if (error.status !== 401) return;
    endSession();
    throw new Error('ra.auth.auth_check_error');
  },
  async getIdentity() {
    const admin = readSession()?.admin;
    return { id: admin?.id ?? '', fullName: admin?.name || admin?.email || '' };
  },
};
