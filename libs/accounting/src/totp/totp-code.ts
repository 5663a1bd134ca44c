import { generateSecret, generateURI, verify } from 'otplib';

/** Seconds that a device's clock may be wrong: one code before and one after (RFC 6238 §5.2). */
const TOLERANCE_SECONDS = 30;

/** A new secret, 160 bits in base32 (RFC 4226 §4). */
export const makeTotpSecret = (): string => generateSecret();

/** What an authenticator reads from a QR code. @param company whose books it is for */
export const otpauthUrl = (secret: string, { company, email }: { company: string; email: string }): string =>
  generateURI({ issuer: company.replaceAll(':', ' '), label: email, secret });

/**
 * @param lastStep the time step of the code that was taken last: it and earlier ones are not taken again
 * @returns the time step of the code, or undefined when it is not right
 */
export async function totpStep(secret: string, code: string, lastStep: number): Promise<number | undefined> {
  const result = await verify({ secret, token: code, epochTolerance: TOLERANCE_SECONDS });
  const step = result.valid && 'timeStep' in result ? result.timeStep : undefined;
  return step !== undefined && step > lastStep ? step : undefined;
}
