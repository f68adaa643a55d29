import { expect, it } from 'vitest';
import type { AppendItem } from '../event-log.ts';
import { MemoryEventLog } from '../memory/index.ts';
import { retiresOnce, Stage } from './stage.ts';

class CountingLog extends MemoryEventLog {
  appends = 0;

  override append(items: readonly AppendItem[]) {
    this.appends += 1;
    return super.append(items);
  }
}

it('nothing is decided for a stack as long as what was said of it last is not back', async () => {
  const stage = new Stage((clock) => new CountingLog(clock));
  const log = stage.log as CountingLog;
  const reactor = await stage.reactor(retiresOnce);
  await stage.deploying('shop');
  const told = await log.read({});
  await stage.happens('fleet', 'PlacementReleased', { stack: 'shop' as never, container: 'c' as never, host: 'h' as never });
  const between = await log.read({ after: told.at(-1)?.position ?? 0 });
  await reactor.take(told);
  const { appends } = log;
  await reactor.take(between);
  expect(log.appends).toBe(appends);
  await stage.feed(reactor);
  expect(await stage.all('VersionRetired')).toHaveLength(1);
  expect(stage.problems).toEqual([]);
  await reactor.stop();
});

it('a stack is decided for again though the log lost what was said of it last', async () => {
  const stage = new Stage();
  const reactor = await stage.reactor(retiresOnce);
  await stage.deploying('shop');
  await reactor.take(await stage.log.read({}));
  stage.log.loseAfter(2);
  expect(await stage.all('VersionRetired')).toHaveLength(0);
  for (let look = 0; look < 4; look++) await stage.pass(5000);
  expect(await stage.all('VersionRetired')).toHaveLength(1);
  await reactor.stop();
});
