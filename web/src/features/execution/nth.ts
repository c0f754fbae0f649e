/**
 * nthStage is the stage at a place as links of Deck have it: "2", or "2.1" for the second
 * of a group's stages, counted from 0. Deck lists stages in the run's order, and a group of
 * several stages in the place of its first.
 */
export function nthStage<S extends { group?: string }>(
  stages: readonly S[],
  place: string | undefined,
): S | undefined {
  if (place === undefined) return undefined
  const [at = NaN, within = 0] = place.split('.').map(Number)
  const rows: S[][] = []
  const groups = new Map<string, S[]>()
  for (const stage of stages) {
    const group = stage.group ? groups.get(stage.group) : undefined
    if (group) {
      group.push(stage)
      continue
    }
    const row = [stage]
    rows.push(row)
    if (stage.group) groups.set(stage.group, row)
  }
  const row = rows[at]
  return row?.[within] ?? row?.[0]
}
