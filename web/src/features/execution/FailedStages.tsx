import { Anchor, Text } from '@mantine/core'
import { useQueries } from '@tanstack/react-query'
import { useState } from 'react'
import { versionOf } from '@/api/executions'
import { stageQuery, type Execution } from '@/api/queries'
import { StatusIcon } from '@/components/Status'
import { withoutSecretsIn } from '@/lib/secrets'
import classes from './ExecutionPage.module.css'
import { troubled } from './report'
import { failuresOf } from './stage'
import { useRuns } from './texts'

const most = 5
// How many stages' failures are read; of the others only the names are shown.
const mostRead = 20

type Props = { execution: Execution; selected: string | undefined; select: (id: string) => void }

/** The stages that failed, if there are several: the page below explains one of them. */
export function FailedStages({ execution: e, selected, select }: Props) {
  const r = useRuns()
  const [all, setAll] = useState(false)
  const failed = troubled(e)
  const shown = failed.length < 2 ? [] : all ? failed : failed.slice(0, most)
  const details = useQueries({
    queries: shown.slice(0, mostRead).map((id) => stageQuery(e.id, id, versionOf(e.stages, id))),
  })
  if (shown.length === 0) return null
  return (
    <section className={`card ${classes.failed}`} aria-label={r('failed.stages', { n: failed.length })}>
      <Text fw={550} size="sm">
        {r('failed.stages', { n: failed.length })}
      </Text>
      {shown.map((id, i) => {
        const stage = e.stages.find((s) => s.id === id)
        const failure = failuresOf(details[i]?.data?.stages ?? [])[0]
        return (
          <button
            key={id}
            type="button"
            className={`${classes.failedStage} hover-row`}
            aria-pressed={id === selected}
            onClick={() => {
              select(id)
            }}
          >
            <StatusIcon status={stage?.status} size={16} />
            <b>{stage?.name || stage?.type}</b>
            <span className="cut muted">{withoutSecretsIn(failure?.parts[0] ?? '')}</span>
          </button>
        )
      })}
      {failed.length > most && (
        <Anchor
          component="button"
          type="button"
          size="sm"
          onClick={() => {
            setAll(!all)
          }}
        >
          {all ? r('failed.fewer') : r('failed.others', { n: failed.length - most })}
        </Anchor>
      )}
    </section>
  )
}
