import type { Berth } from './berth.ts';
import { run } from './berth.ts';

const docker = (berth: Berth, args: readonly string[]) => run('docker', ['-H', `unix://${berth.engine}`, ...args], {});

/** The IPv4 addresses that the container's own resolver library finds for a name, as its program would. */
export const lookUpFrom = async (berth: Berth, container: string, name: string): Promise<readonly string[]> => {
  const script = `require('dns').lookup('${name}',{all:true,family:4},(e,a)=>{if(e)throw e;console.log(a.map(x=>x.address).join(' '))})`;
  const answer = await docker(berth, ['exec', container, '/bin/node', '-e', script]);
  if (answer.code !== 0) throw new Error(`look up ${name} from ${container}: ${answer.stderr}`);
  return answer.stdout.trim().split(' ');
};

export interface RunningContainer {
  readonly name: string;
  readonly startedAt: string;
  readonly id: string;
}

/** What the engine itself says of the stack's running containers, ordered by name. */
export const runningContainers = async (berth: Berth): Promise<readonly RunningContainer[]> => {
  const ids = await docker(berth, ['ps', '-q', '--no-trunc', '--filter', 'label=berth.stack=shop']);
  const list = ids.stdout.trim().split('\n').filter(Boolean);
  if (list.length === 0) return [];
  const shown = await docker(berth, ['inspect', '--format', '{{.Name}} {{.State.StartedAt}} {{.Id}}', ...list]);
  return shown.stdout
    .trim()
    .split('\n')
    .map((line) => {
      const [name = '', startedAt = '', id = ''] = line.split(' ');
      return { name: name.slice(1), startedAt, id };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
};

export const removeContainer = async (berth: Berth, container: string): Promise<void> => {
  const removed = await docker(berth, ['rm', '-f', container]);
  if (removed.code !== 0) throw new Error(`remove ${container}: ${removed.stderr}`);
};

/** Makes an empty file in the container. */
export const touchIn = async (berth: Berth, container: string, path: string): Promise<void> => {
  const made = await docker(berth, ['exec', container, '/bin/node', '-e', `require('node:fs').writeFileSync('${path}', '')`]);
  if (made.code !== 0) throw new Error(`touch ${path} in ${container}: ${made.stderr}`);
};
