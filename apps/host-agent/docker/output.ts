const HEADER_BYTES = 8;
const MAX_BYTES = 64 * 1024;

/** Text of the engine's log frames (a stream number, three zeros, a length of 32 bits, the bytes): both streams in their order, at most the last 64 KiB. */
export const textOfFrames = (frames: Buffer): string => {
  const pieces: Buffer[] = [];
  for (let at = 0; at + HEADER_BYTES <= frames.length; ) {
    const end = at + HEADER_BYTES + frames.readUInt32BE(at + 4);
    pieces.push(frames.subarray(at + HEADER_BYTES, end));
    at = end;
  }
  const bytes = Buffer.concat(pieces);
  return bytes.subarray(Math.max(0, bytes.length - MAX_BYTES)).toString('utf8');
};

const SECRET_NAME = /PASS|SECRET|TOKEN|KEY|CREDENTIAL|AUTH/i;
const SECRET_URL = /^[a-z][a-z0-9+.-]*:\/\/[^/@\s]*:([^/@\s]+)@/i;
/** A shorter one would blot out ordinary words. */
const MIN_LENGTH = 6;

/** Blots out the values of variables whose names say that they are secret, and passwords inside of URLs. */
export const maskSecrets = (text: string, environment: Readonly<Record<string, string>>): string => {
  const secrets = Object.entries(environment).flatMap(([name, value]) => [
    ...(SECRET_NAME.test(name) ? [value] : []),
    ...(SECRET_URL.exec(value)?.slice(1) ?? []),
  ]);
  return secrets
    .filter((secret) => secret.length >= MIN_LENGTH)
    .sort((a, b) => b.length - a.length)
    .reduce((masked, secret) => masked.replaceAll(secret, '***'), text);
};
