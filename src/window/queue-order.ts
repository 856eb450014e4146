/** One step of changing an order: where the run is afterwards, from 1. */
export interface Move {
  run: string;
  position: number;
}

/**
 * The moves, one after another, that put some runs of an order together before another one, or at the end.
 *
 * @param moved in the order that they shall have
 */
export function movesBefore(order: readonly string[], moved: readonly string[], before: string | undefined): Move[] {
  const rest = order.filter((run) => !moved.includes(run));
  const at = before !== undefined && rest.includes(before) ? rest.indexOf(before) : rest.length;
  const now = [...order];
  let last = rest[at - 1];
  return moved.flatMap((run) => {
    const from = now.indexOf(run);
    now.splice(from, 1);
    const to = last === undefined ? 0 : now.indexOf(last) + 1;
    now.splice(to, 0, run);
    last = run;
    return from === to ? [] : [{ run, position: to + 1 }];
  });
}

/** The moves that put runs at the top, or each some places up (negative) or down, where none goes over another of them. */
export function movesBy(order: readonly string[], moved: readonly string[], places: number | 'top'): Move[] {
  const moving = order.filter((run) => moved.includes(run));
  if (places === 'top') {
    return movesBefore(
      order,
      moving,
      order.find((run) => !moved.includes(run)),
    );
  }
  const now = [...order];
  let edge = places < 0 ? 0 : order.length - 1;
  return (places < 0 ? moving : moving.reverse()).flatMap((run) => {
    const from = now.indexOf(run);
    const to = places < 0 ? Math.max(edge, from + places) : Math.min(edge, from + places);
    now.splice(from, 1);
    now.splice(to, 0, run);
    edge = places < 0 ? to + 1 : to - 1;
    return from === to ? [] : [{ run, position: to + 1 }];
  });
}
