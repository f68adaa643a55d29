import { z } from 'zod';

/** `127.0.0.1:7070`; port 0 takes a free one. */
export const listenAddress = z
  .string()
  .regex(/^\d{1,3}(\.\d{1,3}){3}:\d{1,5}$/, 'write it as address:port, for example 127.0.0.1:7070')
  .transform((text) => {
    const [address = '', number = ''] = text.split(':');
    return { address, port: Number(number) };
  })
  .refine(({ port }) => port <= 65535, 'use a port of at most 65535');

/** `10.64.0.0/10` */
export const cidr = z.string().regex(/^\d{1,3}(\.\d{1,3}){3}\/\d{1,2}$/, 'write it as a range, for example 10.64.0.0/10');

/** `gpu, ssd` */
export const commaList = z.string().transform((text) =>
  text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== ''),
);

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** `30s`, in milliseconds. */
export const duration = z
  .string()
  .regex(/^\d{1,6}(ms|s|m|h)$/, 'write it as 500ms, 30s, 5m or 1h')
  .transform((text) => Number.parseInt(text, 10) * (UNITS[text.replace(/^\d+/, '')] ?? 0));
