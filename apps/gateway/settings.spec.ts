import { describe, expect, it } from 'vitest';
import { checkSettings } from './settings.ts';

const token = 'berth_secret';

describe('checkSettings', () => {
  it.each(['127.0.0.1', '127.1.2.3', '::1'])('lets %s through', (address) => {
    expect(() => checkSettings({ listen: { address, port: 0 }, token })).not.toThrow();
  });

  it('lets a unix socket through', () => {
    expect(() => checkSettings({ listen: { socket: '/run/berth.sock' }, token })).not.toThrow();
  });

  it.each(['0.0.0.0', '::', '10.0.0.1', 'berth.example.com', ''])('refuses %s and names the way out', (address) => {
    expect(() => checkSettings({ listen: { address, port: 7070 }, token })).toThrow(/other machines.*127\.0\.0\.1/);
  });

  it('refuses to serve without a token', () => {
    expect(() => checkSettings({ listen: { address: '127.0.0.1', port: 0 }, token: '' })).toThrow('the token is empty');
  });
});
