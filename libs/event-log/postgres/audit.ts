import type pg from 'pg';
import type { Anchor, AuditFinding, AuditReport } from '#libs/contracts';
import { ArchiveFiles } from '../archive/index.ts';
import { isOfLoss, type KeptAnchor, lossesOf, unmatched } from './audit-anchors.ts';
import { type ArchiveAudit, auditArchive } from './audit-archive.ts';
import { AuditedPast } from './audited-past.ts';
import { failureOf } from './failures.ts';

/** Rows that one statement walks. */
const BATCH = 20_000;

/**
 * Walks the whole chain where the rows are and compares it with the head and with anchors. Only the first break is told: behind it
 * nothing can be said of the rows. What left the table is walked in its files.
 */
export const auditLog = async (
  pool: pg.Pool,
  anchors: readonly KeptAnchor[] = [],
  files: ArchiveFiles = new ArchiveFiles(null),
): Promise<AuditReport> => {
  try {
    const head = await headOf(pool);
    const archive = await auditArchive(pool, files);
    const broken = await walk(pool, head, archive.floor);
    if (broken && (await auditArchive(pool, new ArchiveFiles(null))).floor.position > archive.floor.position)
      return await auditLog(pool, anchors, files);
    const past = new AuditedPast(pool, files, archive);
    const losses = lossesOf(await past.raises(), anchors);
    const present = anchors.filter((anchor) => !losses.some((loss) => isOfLoss(anchor, loss)));
    const findings = [...archive.findings, ...(broken ? [broken] : []), ...(await unmatched(past, head, present))];
    const status = findings.length === 0 ? 'intact' : 'broken';
    const unseen = [unseenBy(present), archive.unseen].filter((words) => words !== '').join(' ');
    return { status, head, findings, losses, anchors: anchors.length, unseen };
  } catch (cause) {
    throw failureOf('audit the log', cause);
  }
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
const walk = async (pool: pg.Pool, head: Anchor, floor: ArchiveAudit['floor']): Promise<AuditFinding | null> => {
  let at = floor;
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
