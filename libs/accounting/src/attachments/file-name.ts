const NAME_MAX_LENGTH = 200;
const EXTENSION_MAX_LENGTH = 12;

// control characters, and those that turn the direction of writing so that "fdp.exe" reads as "exe.pdf"
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;
const NOT_IN_FILE_NAMES = /["<>:|?*]/g;

/** A file's name as it was sent, without folders and without what no system takes in a name or people cannot see. */
export function cleanFileName(sent: string): string {
  const last = sent.split(/[/\\]/).at(-1) ?? '';
  const name = last
    .normalize('NFC')
    .replace(UNSEEN, '')
    .replace(NOT_IN_FILE_NAMES, '_')
    .replace(/\s+/g, ' ')
    .replace(/^[. ]+|[. ]+$/g, '');
  if (name === '') return 'file';
  const characters = [...name];
  if (characters.length <= NAME_MAX_LENGTH) return name;
  const extension = /\.[A-Za-z0-9]+$/.exec(name)?.[0] ?? '';
  const kept = extension.length <= EXTENSION_MAX_LENGTH ? extension : '';
  return characters.slice(0, NAME_MAX_LENGTH - kept.length).join('') + kept;
}

/** For Content-Disposition: the plain name for old programs, and the whole one (RFC 6266, RFC 8187). */
export function dispositionOf(name: string): string {
  const plain = name.replace(/[^\x20-\x7e]|[\\"%]/g, '_');
  const whole = encodeURIComponent(name).replace(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${whole}`;
}
