import { useNavigate, useSearch } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import type { ServerGroup } from '@/api/queries'
import { instancesOf, keyOfGroup } from '../rows'
import type { useSelection } from '../selection'
import { BulkBar } from './BulkBar'
import { BulkDialog } from './BulkDialog'
import { groupActions, planGroups, planInstances, type BulkAction, type BulkPlan } from './bulk'

const from = '/applications/$app/infrastructure'

type Props = {
  app: string
  kind: 'clusters' | 'instances' | string
  groups: readonly ServerGroup[]
  selection: ReturnType<typeof useSelection>
}

/** The bar of what can be done with what is chosen, and its dialogs. */
export function BulkLayer({ app, kind, groups, selection }: Props) {
  const { do: asked, show } = useSearch({ from })
  const navigate = useNavigate({ from })
  const set = (action: BulkAction | undefined) =>
    void navigate({ search: (before) => ({ ...before, do: action }), replace: true, resetScroll: false })
  const chosen = useMemo(
    () => groups.filter((g) => selection.chosen.has(keyOfGroup(g))),
    [groups, selection.chosen],
  )
  const instances = useMemo(
    () => (kind === 'instances' ? instancesOf(groups).filter((i) => selection.chosen.has(i.key)) : []),
    [kind, groups, selection.chosen],
  )
  const offered: BulkAction[] = kind === 'instances' ? ['terminate'] : [...groupActions]
  const planOf = (action: BulkAction) =>
    kind === 'instances' ? planInstances(app, instances) : planGroups(app, action, chosen)
  const action = show === undefined ? offered.find((a) => a === asked) : undefined
  const count = kind === 'instances' ? instances.length : chosen.length
  // What is done is what was chosen when it was asked for: what runs changes meanwhile, and goes.
  const [held, setHeld] = useState<{ action: BulkAction; plan: BulkPlan }>()
  if (action !== undefined && held?.action !== action && count > 0) setHeld({ action, plan: planOf(action) })
  if (action === undefined && held !== undefined) setHeld(undefined)
  return (
    <>
      {count > 0 && (
        <BulkBar
          count={count}
          offered={offered.map((a) => ({ action: a, can: planOf(a).targets.length }))}
          ask={set}
          all={selection.all}
          clear={selection.clear}
        />
      )}
      {held && (
        <BulkDialog
          key={held.action}
          app={app}
          action={held.action}
          plan={held.plan}
          close={() => {
            set(undefined)
          }}
          done={() => {
            set(undefined)
            selection.clear()
          }}
        />
      )}
    </>
  )
}
