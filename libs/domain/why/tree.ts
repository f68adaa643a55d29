import type { BerthEvent, WhyNode } from '#libs/contracts';
import { causesOf } from './causes.ts';
import { wordsOf } from './words.ts';

export interface Asked {
  /** Events that the question is about. */
  readonly isSubject: (event: BerthEvent) => boolean;
  /** Whether all that followed from them is shown, or the subjects and what led to them alone. */
  readonly withEffects: boolean;
  /** Words tell of this container alone. */
  readonly container?: string;
}

/** So many siblings alike are shown; of more, the first ones. */
const ALIKE = 3;
const SHOWN = 2;

/** From the events that nothing before them led to, through the subjects, to what followed. Events in the order of the log. */
export const whyTree = (events: readonly BerthEvent[], { isSubject, withEffects, container }: Asked): readonly WhyNode[] => {
  const causes = causesOf(events);
  const effects = Map.groupBy(
    events.filter(({ id }) => causes.has(id)),
    ({ id }) => causes.get(id)?.id ?? '',
  );
  const kept = keptOf(events, causes, isSubject, withEffects);
  const nodeOf = (event: BerthEvent): WhyNode => {
    const { id, position, at, type, actor } = event;
    const all = (effects.get(id) ?? []).filter((effect) => kept.has(effect.id)).map(nodeOf);
    return { id, position, at, type, actor, ...wordsOf(event, container), isSubject: isSubject(event), ...shownOf(all) };
  };
  return events.filter((event) => kept.has(event.id) && !causes.has(event.id)).map(nodeOf);
};

/** The subjects, all that led to them, and where it is wanted all that followed. A cause always comes before its effects. */
const keptOf = (
  events: readonly BerthEvent[],
  causes: ReadonlyMap<string, BerthEvent>,
  isSubject: Asked['isSubject'],
  withEffects: boolean,
): ReadonlySet<string> => {
  const kept = new Set<string>();
  for (const event of events) {
    const cause = causes.get(event.id);
    if (isSubject(event) || (withEffects && cause && kept.has(cause.id))) kept.add(event.id);
  }
  for (const event of events.toReversed()) {
    const cause = causes.get(event.id);
    if (cause && kept.has(event.id)) kept.add(cause.id);
  }
  return kept;
};

/** Siblings are alike when they and all that followed from them are of the same types. A subject is never only counted. */
const shownOf = (nodes: readonly WhyNode[]): Pick<WhyNode, 'effects' | 'more'> => {
  const groups = [...Map.groupBy(nodes, shapeOf).values()];
  const isLong = (group: readonly WhyNode[]): boolean => group.length > ALIKE && !group.some(hasSubject);
  const hidden = new Set(groups.filter(isLong).flatMap((group) => group.slice(SHOWN)));
  return {
    effects: nodes.filter((node) => !hidden.has(node)),
    more: groups.filter(isLong).map((group) => ({ type: group[0]?.type ?? '', count: group.length - SHOWN })),
  };
};

const shapeOf = ({ type, effects, more }: WhyNode): string => `${type}(${effects.map(shapeOf).sort().join()}${more.length > 0 ? '+' : ''})`;

const hasSubject = (node: WhyNode): boolean => node.isSubject || node.effects.some(hasSubject);
