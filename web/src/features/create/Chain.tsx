import { Skeleton } from '@mantine/core'
import { IconArrowRight } from '@tabler/icons-react'
import { lazy, Suspense, useMemo } from 'react'
import { refOf, requiredBy, stagesById, type StageConfig } from '@/features/editor/model'
import { StageIcon } from '@/features/editor/StageIcon'
import type { StageType } from '@/features/editor/stageKinds'
import { useStageTypeName } from '@/stages'
import { useT } from '@/i18n'
import { textOf } from '@/lib/json'
import classes from './NewApplication.module.css'

const Graph = lazy(() => import('@/features/editor/Graph'))
const nothing = () => undefined

type Props = { stages: readonly StageConfig[]; types: ReadonlyMap<string, StageType> }

/** The stages of a pipeline: as a line where they are one, which breaks where there is no room, else as the graph. */
export function Chain({ stages, types }: Props) {
  const t = useT()
  const typeName = useStageTypeName()
  const line = stages.every((s, i) => {
    const before = stages[i - 1]
    return requiredBy(s).join() === (before ? refOf(before) : '')
  })
  const byId = useMemo(() => stagesById({ stages }), [stages])
  if (!line) {
    return (
      <div className={`card ${classes.graph}`}>
        <Suspense fallback={<Skeleton height="100%" radius={0} />}>
          <Graph
            stages={byId}
            types={types}
            problems={new Map()}
            selected={[]}
            locked
            select={nothing}
            connect={nothing}
            disconnect={nothing}
            remove={nothing}
            add={nothing}
          />
        </Suspense>
      </div>
    )
  }
  return (
    <ol className={classes.chain} aria-label={t('execution.graph')}>
      {stages.map((s, i) => {
        const type = types.get(textOf(s.type))
        const label = typeName(textOf(s.type))
        return (
          <li key={refOf(s)}>
            {i > 0 && <IconArrowRight size={16} aria-hidden />}
            <span className={classes.stage}>
              <StageIcon name={textOf(s.type)} type={type} />
              <span style={{ minWidth: 0 }}>
                <span className={`cut ${classes.choiceName}`} title={textOf(s.name)}>
                  {textOf(s.name)}
                </span>
                <span className={`cut ${classes.stageType}`}>
                  {label === textOf(s.type) ? (type?.label ?? label) : label}
                </span>
              </span>
            </span>
          </li>
        )
      })}
    </ol>
  )
}
