import { createHmac } from 'node:crypto';

const PREFIX = 'whsec_';

/** As Standard Webhooks writes secrets: 24 to 64 bytes in base64 behind `whsec_`. */
export const secretOf = (bytes: Uint8Array): string => `${PREFIX}${Buffer.from(bytes).toString('base64')}`;

export const isSecret = (text: string): boolean => {
  const bytes = bytesOf(text);
  return /^whsec_[A-Za-z0-9+/]+={0,2}$/.test(text) && bytes.length >= 24 && bytes.length <= 64;
};

export interface Message {
  readonly id: string;
  /** Seconds since 1970. */
  readonly timestamp: number;
  readonly body: string;
}

/** The headers of Standard Webhooks 1.0: a receiver checks them with any of its libraries. */
export const signedHeaders = ({ id, timestamp, body }: Message, secret: string): Record<string, string> => {
  const signature = createHmac('sha256', bytesOf(secret)).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': String(timestamp), 'webhook-signature': `v1,${signature}` };
};

const bytesOf = (secret: string): Buffer => Buffer.from(secret.slice(PREFIX.length), 'base64');
