import { StatusBadge } from '@/components/Status'
import { objectOf, objectsOf, textOf } from '@/lib/json'
import { contextOf } from '@/features/execution/stage'
import { useRuns } from '@/features/execution/texts'
import { Section } from '@/features/execution/details/Section'
import classes from '@/features/execution/details/details.module.css'
import type { DetailsProps } from '../details'

export function Details({ stage, below }: DetailsProps) {
  const r = useRuns()
  const list = objectsOf(contextOf(stage)['preconditions'])
  if (list.length === 0) return null
  return (
    <Section title={r('preconditions')} count={list.length}>
      <ul className={classes.list}>
        {list.map((p, i) => {
          const of = objectOf(p['context'])
          const ran = below[i]
          return (
            <li key={i}>
              <StatusBadge status={ran?.status} />
              <span className="mono">
                {textOf(of['expression']) ||
                  `${textOf(p['type'])}: ${Object.entries(of)
                    .map(([k, v]) => `${k} ${textOf(v)}`)
                    .join(', ')}`}
              </span>
              {p['failPipeline'] === false && <span className="muted">{r('notFailing')}</span>}
            </li>
          )
        })}
      </ul>
    </Section>
  )
}
