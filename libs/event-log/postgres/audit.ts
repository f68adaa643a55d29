import type pg from 'pg';
import { type Anchor, type AuditFinding, type AuditReport, generationText } from '#libs/contracts';
import { GENESIS } from '../stored.ts';
import { failureOf } from './failures.ts';

/** Rows that one statement walks. */
const BATCH = 20_000;

/**
 * Walks the whole chain where the rows are and compares it with the head and with anchors. Only the first break is told: behind it
 * nothing can be said of the rows.
 */
export const auditLog = async (pool: pg.Pool, anchors: readonly Anchor[] = []): Promise<AuditReport> => {
  try {
    const head = await headOf(pool);
    const broken = await walk(pool, head);
    const findings = [...(broken ? [broken] : []), ...(await unmatched(pool, head, anchors))];
    return { status: findings.length === 0 ? 'intact' : 'broken', head, findings, anchors: anchors.length, unseen: unseenBy(anchors) };
  } catch (cause) {
    throw failureOf('audit the log', cause);
  }
};

/** An anchor of an incarnation that ended is looked for only up to where that one was kept. */
const unmatched = async (pool: pg.Pool, head: Anchor, anchors: readonly Anchor[]): Promise<readonly AuditFinding[]> => {
  const findings: AuditFinding[] = [];
  for (const anchor of anchors) {
    const { position, hash } = anchor;
    const name = `the anchor ${generationText(anchor)}`;
    if (anchor.incarnation < head.incarnation && position > (await keptOf(pool, anchor.incarnation))) continue;
    const { rows } = await pool.query<{ hash: string }>(`select encode(hash, 'hex') as hash from events where position = $1`, [position]);
    if (position > head.position) findings.push({ position: head.position + 1, fault: `${name} is beyond the head: the tail was cut off` });
    else if (rows[0]?.hash !== hash) findings.push({ position, fault: `${name} has another hash: the chain up to it was made anew` });
  }
  return findings;
};

const keptOf = async (pool: pg.Pool, incarnation: number): Promise<number> => {
  const { rows } = await pool.query<{ kept: string | null }>(
    `select min((data::jsonb->'until'->>'position')::int8) as kept from events
       where type = 'IncarnationRaised' and stream = 'platform' and (data::jsonb->>'incarnation')::int8 > $1`,
    [incarnation],
  );
  return Number(rows[0]?.kept ?? Number.MAX_SAFE_INTEGER);
};

const unseenBy = (anchors: readonly Anchor[]): string => {
  if (anchors.length === 0)
    return 'Without an anchor from outside the database this can not see a tail that was cut off with its head, nor a chain that was made anew from some row on.';
  const newest = Math.max(...anchors.map(({ position }) => position));
  return `Behind position ${newest}, the newest anchor, this can not see a tail that was cut off with its head, nor a chain that was made anew.`;
};

const headOf = async (pool: pg.Pool): Promise<Anchor> => {
  const { rows } = await pool.query<{ incarnation: string; position: string; hash: string }>(
    `select incarnation, position, encode(hash, 'hex') as hash from head`,
  );
  const [row] = rows;
  if (!row) throw new Error('its head is missing');
  return { incarnation: Number(row.incarnation), position: Number(row.position), hash: row.hash };
};

/** Null when every row is what was appended. */
const walk = async (pool: pg.Pool, head: Anchor): Promise<AuditFinding | null> => {
  let at = { position: 0, hash: GENESIS };
  while (at.position < head.position) {
    const { rows } = await pool.query<Page>({ text: WALK, values: [at.position, at.hash, BATCH, head.position] });
    const [page] = rows;
    if (!page || page.last === null || page.hash === null)
      return { position: at.position + 1, fault: 'it and all up to the head are missing' };
    if (page.missing !== null && Number(page.missing) <= Number(page.broken ?? Number.MAX_SAFE_INTEGER))
      return { position: Number(page.missing), fault: 'it is missing' };
    if (page.broken !== null) return { position: Number(page.broken), fault: 'its columns do not fit its hash and the hash before it' };
    at = { position: Number(page.last), hash: page.hash };
  }
  if (at.hash !== head.hash) return { position: head.position, fault: 'the head has another hash' };
  const { rows } = await pool.query<{ position: string }>('select position from events where position > $1 order by position limit 1', [
    head.position,
  ]);
  const beyond = rows[0] && (await headOf(pool)).position < Number(rows[0].position) ? Number(rows[0].position) : null;
  return beyond === null ? null : { position: beyond, fault: 'it stands beyond the head' };
};

interface Page {
  readonly last: string | null;
  readonly hash: string | null;
  readonly missing: string | null;
  readonly broken: string | null;
}

/** $1, $2: where it stands; $3 rows at most; $4 the head. The text of a row is that of `append_items`. */
const WALK = `
with page as (select * from events where position > $1 and position <= $4 order by position limit $3),
  linked as (
    select page.*, lag(position, 1, $1::int8) over w as before, lag(hash, 1, decode($2, 'hex')) over w as previous
      from page window w as (order by position)),
  judged as (
    select position, hash, before, position <> before + 1 as skips, hash <> sha256(previous || convert_to(
        netstring(position::text) || netstring(incarnation::text) || netstring(lane::text) || netstring(lane_no::text) ||
        netstring(stream) || netstring(version::text) || netstring(id) || netstring(type) || netstring(v::text) || netstring(concerns) ||
        netstring(subject) || netstring(at::text) || netstring(actor) || netstring(correlation) || netstring(causation) ||
        netstring(data), 'UTF8')) as breaks
      from linked)
select max(position) as last, encode((array_agg(hash order by position desc))[1], 'hex') as hash,
    min(before + 1) filter (where skips) as missing, min(position) filter (where breaks) as broken
  from judged`;
