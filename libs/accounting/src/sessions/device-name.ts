import { oneLine } from '@finvera/common';
import Bowser from 'bowser';

const DEVICE_MAX_LENGTH = 120;
export const USER_AGENT_MAX_LENGTH = 400;

/** The header as it is kept: one line of bounded length. */
export const storedUserAgent = (header: string | undefined): string =>
  [...oneLine(header ?? '')].slice(0, USER_AGENT_MAX_LENGTH).join('');

/** What people recognise their device by: "Chrome on Windows", or the name that a program gives itself. */
export function deviceName(userAgent: string): string {
  if (userAgent === '') return 'unknown';
  const { browser, os } = Bowser.parse(userAgent);
  const name = browser.name ? [browser.name, os.name].filter(Boolean).join(' on ') : userAgent.split(/[/ ]/)[0]!;
  return [...name].slice(0, DEVICE_MAX_LENGTH).join('') || 'unknown';
}
