import { expect, it } from 'vitest';
import { isSecret, secretOf, signedHeaders } from './signature.ts';

it('signs as the example of Standard Webhooks', () => {
  const message = { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', timestamp: 1614265330, body: '{"test": 2432232314}' };
  expect(signedHeaders(message, 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw')).toEqual({
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  });
});

it.each([
  [secretOf(new Uint8Array(32)), true],
  [secretOf(new Uint8Array(24)), true],
  [secretOf(new Uint8Array(16)), false],
  ['whsec_', false],
  ['whsec_not base64 but long enough to be a secret at all', false],
  ['MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', false],
])('of %j it is %s that it is a secret', (text, is) => {
  expect(isSecret(text)).toBe(is);
});
