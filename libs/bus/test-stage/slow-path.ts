import { connect, createServer, type Socket } from 'node:net';
import { SystemClock } from '#libs/clock';

const clock = new SystemClock();

/** A way to a server on the loopback that can be made slow, or stopped. */
export interface SlowPath {
  readonly url: string;
  /** What is sent either way arrives so much later. */
  delayMs: number;
  /** Nothing arrives at the server until it is called with false. */
  stall(isStalled: boolean): void;
  close(): Promise<void>;
}

export const openSlowPath = async (to: string): Promise<SlowPath> => {
  const target = new URL(to);
  const { hostname, port } = target;
  const sockets = new Set<Socket>();
  let stalled = Promise.resolve();
  let release: () => void = () => undefined;
  const path = { delayMs: 0 };
  const carry = (from: Socket, into: Socket, isHeld: boolean): void => {
    // One behind the other: a stream keeps its order.
    let turn = Promise.resolve();
    from.on('data', (chunk) => {
      const due = clock.monotonic() + path.delayMs;
      from.pause();
      turn = turn.then(async () => {
        const early = due - clock.monotonic();
        if (early > 0) await clock.sleep(early);
        if (isHeld) await stalled;
        into.write(chunk);
        from.resume();
      });
    });
    from.on('close', () => into.destroy());
    from.on('error', () => into.destroy());
    sockets.add(from);
  };
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    carry(near, far, true);
    carry(far, near, false);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  target.port = String(typeof address === 'object' && address !== null ? address.port : 0);
  return Object.assign(path, {
    url: target.href,
    stall: (isStalled: boolean) => {
      release();
      if (isStalled) ({ promise: stalled, resolve: release } = Promise.withResolvers<void>());
    },
    close: async () => {
      release();
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  });
};
