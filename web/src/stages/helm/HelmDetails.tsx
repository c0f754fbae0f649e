import type { ReactNode } from 'react'
import type { Stage } from '@/api/queries'
import { objectOf, textOf } from '@/lib/json'
import { contextOf } from '@/features/execution/stage'
import { useRuns } from '@/features/execution/texts'
import { Section } from '@/features/execution/details/Section'
import { Pairs } from '@/features/execution/details/Pairs'

export function HelmDetails({ stage }: { stage: Stage }) {
  const r = useRuns()
  const c = contextOf(stage)
  const chart = objectOf(c['chartArtifact'])
  const rows: (readonly [string, ReactNode])[] = (
    [
      [r('release'), textOf(c['releaseName'])],
      [r('revision'), textOf(c['helm.revision']) || textOf(c['revision'])],
      [
        r('chart'),
        [textOf(chart['name']) || textOf(chart['reference']), textOf(chart['version'])]
          .filter(Boolean)
          .join(' '),
      ],
    ] as const
  ).filter(([, value]) => value !== '')
  return rows.length === 0 ? null : (
    <Section title={r('helm')}>
      <Pairs rows={rows} />
    </Section>
  )
}
