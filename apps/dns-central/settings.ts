import { z } from 'zod';
import { listenAddress } from '#libs/settings';

export const dnsVariables = {
  /** Of this replica alone. */
  BERTH_DNS_LISTEN: listenAddress.prefault('127.0.0.1:7053'),
  BERTH_ZONE: z.string().min(1).default('berth.internal'),
};
