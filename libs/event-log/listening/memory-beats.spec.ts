import { ManualClock } from '#libs/clock';
import { beatsContract } from './beats.contract.ts';
import { MemoryBeats } from './memory-beats.ts';

beatsContract('MemoryBeats', async () => {
  const beats = new MemoryBeats(new ManualClock(1000));
  return { one: beats, other: beats };
});
