import { ask } from './keeper/ask.ts';
import { down, status, up } from './keeper/life.ts';
import { FLEET } from './keeper/words.ts';

const USAGE = `npm run hosts -- up [N]                 a control plane and N hosts (3) on this machine
                up again: says what runs
                down                   takes all of it away, and checks that nothing is left
                status
                cut HOST [in|out]      pulls the plug; or nothing reaches it, or nothing leaves it
                slow HOST [MS]         delays what it hears (300 ms)
                kill HOST [PART]       power off; or agent, engine, nginx, resolver alone
                freeze HOST [PART]     stops agent or engine without ending it
                reboot HOST            every process dies at once, the disk stays, it boots
                heal HOST|all          undoes all of these`;

const [command = '', ...args] = process.argv.slice(2);

const run = async (): Promise<string> => {
  if (command === 'up') return up(args[0]);
  if (command === 'down') return down();
  if (command === 'status') return status();
  if (['cut', 'slow', 'kill', 'freeze', 'reboot', 'heal'].includes(command)) return ask(FLEET, { command, args });
  throw new Error(`understand ${JSON.stringify(command)}: there is no such command\n${USAGE}`);
};

try {
  console.log(await run());
} catch (cause) {
  console.error(cause instanceof Error ? cause.message : cause);
  process.exitCode = 1;
}
