import type { ReactNode } from 'react'
import { Ago } from '@/components/Time'
import { textOf } from '@/lib/json'
import { plain } from '@/features/execution/judgment'
import { contextOf } from '@/features/execution/stage'
import { useRuns } from '@/features/execution/texts'
import { Section } from '@/features/execution/details/Section'
import { Pairs } from '@/features/execution/details/Pairs'
import type { DetailsProps } from '../details'

export function Details({ stage }: DetailsProps) {
  const r = useRuns()
  if (stage.status === 'RUNNING') return null
  const c = contextOf(stage)
  const at = stage.lastModified?.lastModifiedTime
  const rows: (readonly [string, ReactNode])[] = [
    [r('answer'), textOf(c['judgmentStatus']) || '—'],
    ...(textOf(c['judgmentInput']) ? [[r('choice'), textOf(c['judgmentInput'])] as const] : []),
    ...(stage.lastModified?.user ? [[r('by'), stage.lastModified.user] as const] : []),
    ...(at ? [[r('when'), <Ago key="v" time={at} />] as const] : []),
    ...(textOf(c['instructions']) ? [[r('asked'), plain(textOf(c['instructions']))] as const] : []),
    ...(c['propagateAuthenticationContext'] === true ? [[r('runsAs'), r('runsAsJudge')] as const] : []),
  ]
  return (
    <Section title={r('judgment')}>
      <Pairs rows={rows} />
    </Section>
  )
}
