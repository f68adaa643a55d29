// The gateway listens on the loopback alone, and in a container that is the container's own. This stands before it: what comes to BERTH_FRONT
// (address:port) goes to BERTH_LISTEN. The compose file publishes that port on the loopback of the host; the gateway still asks for the token.
import { connect, createServer } from 'node:net';

const read = (name) => {
  const [host, port] = process.env[name].split(':');
  return { host, port: Number(port) };
};
const gateway = read('BERTH_LISTEN');
createServer({ allowHalfOpen: true }, (client) => {
  const server = connect({ ...gateway, allowHalfOpen: true });
  client.on('error', () => server.destroy()).on('close', () => server.destroy());
  server.on('error', () => client.destroy()).on('close', () => client.destroy());
  client.pipe(server).pipe(client);
})
  .listen(read('BERTH_FRONT'))
  // It ends with the gateway.
  .unref();
