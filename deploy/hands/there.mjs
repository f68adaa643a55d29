import { existsSync } from 'node:fs';
import { request } from 'node:http';

/** Where the compose file mounts the engine. Whoever calls gives no environment. */
const ENGINE = '/var/run/docker.sock';

/**
 * Runs a command in the container of this host's hands and ends as it ends: the same words on stderr, the same exit code. The
 * container is the running one whose label `berth.hands` is the home that the command speaks of. `folder`: there, to run it in.
 */
export const runThere = async (home, folder, command) => {
  const id = await handsOf(home);
  const { Id } = await call('POST', `/containers/${id}/exec`, { Cmd: command, WorkingDir: folder, AttachStdout: true, AttachStderr: true });
  await attach(Id);
  const { ExitCode } = await call('GET', `/exec/${Id}/json`);
  process.exitCode = ExitCode ?? 1;
};

const handsOf = async (home) => {
  const filters = encodeURIComponent(JSON.stringify({ label: [`berth.hands=${home}`], status: ['running'] }));
  const [found] = await call('GET', `/containers/json?filters=${filters}`);
  if (!found) throw new Error(`find the hands of ${home}: no container with the label berth.hands=${home} runs`);
  return found.Id;
};

const call = async (method, path, body) => {
  const answer = await send(method, path, body);
  let text = '';
  for await (const chunk of answer.setEncoding('utf8')) text += chunk;
  if (answer.statusCode >= 300) throw new Error(`${method} ${path}: the engine answers ${answer.statusCode} ${text.trim()}`);
  return text === '' ? null : JSON.parse(text);
};

/** Frames of stdout and stderr, each with a head of 8 bytes: which of the two, and how long. */
const attach = async (exec) => {
  const answer = await send('POST', `/exec/${exec}/start`, { Detach: false, Tty: false });
  let rest = Buffer.alloc(0);
  for await (const chunk of answer) {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= 8 && rest.length >= 8 + rest.readUInt32BE(4)) {
      const end = 8 + rest.readUInt32BE(4);
      (rest[0] === 2 ? process.stderr : process.stdout).write(rest.subarray(8, end));
      rest = rest.subarray(end);
    }
  }
};

const send = (method, path, body) =>
  new Promise((resolve, reject) => {
    if (!existsSync(ENGINE)) throw new Error(`ask the engine: ${ENGINE} is not there`);
    const headers = { host: 'localhost', 'content-type': 'application/json' };
    request({ socketPath: ENGINE, method, path, headers }, resolve)
      .on('error', reject)
      .end(body === undefined ? undefined : JSON.stringify(body));
  });
