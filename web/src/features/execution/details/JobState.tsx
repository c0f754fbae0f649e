import type { ReactNode } from 'react'
import type { Stage } from '@/api/queries'
import { objectOf, textOf } from '@/lib/json'
import { contextOf } from '../stage'
import { useRuns } from '../texts'
import { Section } from './Section'
import { Pairs } from './Pairs'

export function JobState({ stage }: { stage: Stage }) {
  const r = useRuns()
  const s = objectOf(contextOf(stage)['jobStatus'])
  const rows: (readonly [string, ReactNode])[] = (
    [
      [r('job'), textOf(s['name'])],
      [r('state'), textOf(s['jobState'])],
      [r('exitCode'), textOf(s['exitCode'])],
      [r('reason'), [textOf(s['reason']), textOf(s['message'])].filter(Boolean).join(': ')],
    ] as const
  ).filter(([, value]) => value !== '')
  return (
    <Section title={r('job')}>
      <Pairs rows={rows} />
    </Section>
  )
}
