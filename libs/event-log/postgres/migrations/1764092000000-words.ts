import type { MigrationInterface, QueryRunner } from 'typeorm';
import { laneOf } from '#libs/contracts';

/** Who raises the incarnation may say why in words of their own. */
const WORDS = `
drop function raise_incarnation(int8, text, text, text, int8);

-- False when the log is in another incarnation already. moment as in append_items.
create function raise_incarnation(known int8, reason text, event_id text, who text, moment int8 default null, words text default null)
  returns boolean language plpgsql as $$
declare
  last_position int8;
  server record;
  data text;
begin
  select position into last_position from head where incarnation = known for update;
  if not found then
    return false;
  end if;
  select * into server from server_identity();
  update head set incarnation = known + 1, system_id = server.system_id, timeline = server.timeline, started = server_started();
  data := format('{"incarnation":%s,"until":{"incarnation":%s,"position":%s},"reason":"%s"%s}', known + 1, known, last_position, reason,
    coalesce(',"words":' || to_json(words)::text, ''));
  perform append_items(moment, array[known + 1], array[1], array[1],
    array['platform'], array[coalesce((select version from streams where stream = 'platform'), 0)],
    array[event_id], array['platform'], array['IncarnationRaised'], array[1], array['platform'], array['platform'],
    array[${laneOf('platform')}], array[who], array[event_id], array[null]::text[], array[data]);
  return true;
end $$;
`;

export class Words1764092000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(WORDS);
  }

  async down(): Promise<void> {
    throw new Error('forget why an incarnation was raised: nobody does; restore a backup into another database');
  }
}
