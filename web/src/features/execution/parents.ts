import { objectOf, textOf } from '@/lib/json'

export type Parent = { id: string; application: string; name: string }

const most = 10

/** The executions that a trigger's was started by, the farthest first. */
export function parentsOf(trigger: unknown): Parent[] {
  const out: Parent[] = []
  for (
    let at = objectOf(objectOf(trigger)['parentExecution']);
    textOf(at['id']) !== '' && out.length < most;
    at = objectOf(objectOf(at['trigger'])['parentExecution'])
  ) {
    out.unshift({
      id: textOf(at['id']),
      application: textOf(at['application']),
      name: textOf(at['name']) || textOf(at['id']),
    })
  }
  return out
}
