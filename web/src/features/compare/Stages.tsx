import { SegmentedControl, Skeleton, Text } from '@mantine/core'
import { IconChevronRight } from '@tabler/icons-react'
import { lazy, Suspense, useState } from 'react'
import { useStage } from '@/api/executions'
import type { Execution, StageOutline } from '@/api/queries'
import { Failure } from '@/components/States'
import { StatusIcon, useStatusName } from '@/components/Status'
import { elapsed, span } from '@/lib/format'
import { objectOf } from '@/lib/json'
import { shownStageStatus, toneOf } from '@/lib/status'
import { write } from '@/lib/texts'
import type { StagePair } from './compare'
import { useCompare } from './texts'
import classes from './Compare.module.css'

const DiffView = lazy(() => import('@/components/DiffView'))

type Props = {
  before: Execution
  after: Execution
  pairs: readonly StagePair[]
  open: string | undefined
  choose: (key: string | undefined) => void
}

/** The stages of both side by side: how they ended, how long they took, and what they held. */
export function Stages({ before, after, pairs, open, choose }: Props) {
  const c = useCompare()
  const longest = Math.max(
    1,
    ...pairs.flatMap((p) => [p.before, p.after]).map((s) => (s && elapsed(s, s.startTime ?? 0)) ?? 0),
  )
  return (
    <section className={classes.section} aria-label={c('stages')}>
      <Text component="h3" fw={600} mb={8} mt={0}>
        {c('stages')}
      </Text>
      <div className="card">
        {pairs.length === 0 && <div className={classes.none}>{c('allSame')}</div>}
        {pairs.map((p) => (
          <div key={p.key} className={classes.stage}>
            <button
              type="button"
              className={`${classes.open} hover-row`}
              aria-expanded={open === p.key}
              aria-label={c(open === p.key ? 'hide' : 'show') + ': ' + p.name}
              onClick={() => {
                choose(open === p.key ? undefined : p.key)
              }}
            >
              <IconChevronRight
                size={14}
                className={open === p.key ? classes.turned : undefined}
                aria-hidden
              />
              <b className="cut">{p.name}</b>
              <Side stage={p.before} longest={longest} />
              <Side stage={p.after} longest={longest} />
            </button>
            {open === p.key && <Held before={before} after={after} pair={p} />}
          </div>
        ))}
      </div>
    </section>
  )
}

function Side({ stage, longest }: { stage: StageOutline | undefined; longest: number }) {
  const c = useCompare()
  const status = stage ? shownStageStatus(stage) : 'NOT_STARTED'
  const name = useStatusName(status)
  if (!stage) return <span className={`${classes.side} muted`}>{c('absent')}</span>
  const took = elapsed(stage, stage.startTime ?? 0)
  return (
    <span className={classes.side}>
      <StatusIcon status={status} size={16} />
      <span className="cut">{name}</span>
      <span className={classes.bar} aria-hidden>
        <span
          style={{
            width: `${(100 * (took ?? 0)) / longest}%`,
            background: `var(--${toneOf(status)}-fill)`,
          }}
        />
      </span>
      <span className="muted num">{took === undefined ? '' : span(took)}</span>
    </span>
  )
}

const longest = 100_000

function shown(value: unknown): string {
  const fields = Object.entries(objectOf(value)).sort(([a], [b]) => (a < b ? -1 : 1))
  return fields.length === 0 ? '' : write(Object.fromEntries(fields), 'yaml')
}

function Held({ before, after, pair }: { before: Execution; after: Execution; pair: StagePair }) {
  const c = useCompare()
  const [part, setPart] = useState<'context' | 'outputs'>('context')
  return (
    <div className={classes.body}>
      <SegmentedControl
        size="xs"
        mb="sm"
        value={part}
        onChange={(v) => {
          setPart(v === 'outputs' ? 'outputs' : 'context')
        }}
        aria-label={c('differences', { name: pair.name })}
        data={[
          { value: 'context', label: c('context') },
          { value: 'outputs', label: c('outputs') },
        ]}
      />
      <Parts before={before} after={after} pair={pair} part={part} />
    </div>
  )
}

function Parts({
  before,
  after,
  pair,
  part,
}: {
  before: Execution
  after: Execution
  pair: StagePair
  part: 'context' | 'outputs'
}) {
  const c = useCompare()
  const a = useStage(before, pair.before?.id ?? '')
  const b = useStage(after, pair.after?.id ?? '')
  const error = a.error ?? b.error
  if (error) return <Failure error={error} />
  if ((pair.before && !a.data) || (pair.after && !b.data)) return <Skeleton height={160} />
  const [old, recent] = [shown(a.data?.stages[0]?.[part]), shown(b.data?.stages[0]?.[part])]
  if (old === recent)
    return (
      <Text size="sm" c="dimmed">
        {c('equal')}
      </Text>
    )
  return (
    <>
      {(old.length > longest || recent.length > longest) && (
        <Text size="sm" c="dimmed" mb="xs">
          {c('cut')}
        </Text>
      )}
      <Suspense fallback={<Skeleton height={160} />}>
        <DiffView
          before={old.slice(0, longest)}
          after={recent.slice(0, longest)}
          label={c('differences', { name: pair.name })}
        />
      </Suspense>
    </>
  )
}
