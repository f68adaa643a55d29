import { placementDue } from '#libs/domain/placement';
import { ASKED, fleetOf } from './fleet.ts';
for (const hosts of [100, 1000, Number(process.argv[2] ?? 2000)]) {
  let t0 = performance.now();
  const teller = fleetOf(hosts);
  console.log(hosts, 'built', Math.round(performance.now() - t0), 'ms', teller.world.position);
  for (const replicas of [3, 100, 1000]) {
    const rounds = replicas === 3 ? 3000 : replicas === 100 ? 300 : 40;
    for (const kind of ['cold', 'warm'] as const) {
      let cpu = 0, n = 0, fold = 0;
      for (let r = 0; r < rounds; r++) {
        const stack = kind === 'cold' ? `n${replicas}-${hosts}-${r}` : `w${replicas}-${hosts}`;
        const keep = teller.world;
        const d = teller.deploy(stack, kind === 'cold' ? 1 : 2, replicas, ASKED);
        const world = teller.world;
        const c = process.cpuUsage();
        const [dec] = placementDue(world, d.stack, 0);
        const u = process.cpuUsage(c);
        const placed = dec!.events[0]!;
        if (placed.type !== 'ContainersPlaced' || placed.data.placements.length !== replicas) { console.log(JSON.stringify(placed).slice(0, 600)); process.exit(1); }
        if (r >= rounds / 3) { cpu += u.user + u.system; n += replicas; }
        teller.foldMicros = 0; teller.take(dec!.events); if (r >= rounds / 3) fold += teller.foldMicros;
        if (kind === 'warm' && r === 0) { teller.promote(d); } else teller.world = keep;
      }
      console.log(hosts, replicas, kind, (cpu / n).toFixed(3), 'us/placement', Math.round(n / cpu * 1e6), '/s', 'fold', (fold / n).toFixed(3));
    }
  }
}
