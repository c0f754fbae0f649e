import { objectsOf, textOf } from '@/lib/json'
import { contextOf } from '@/features/execution/stage'
import { useRuns } from '@/features/execution/texts'
import { Section } from '@/features/execution/details/Section'
import { Pairs } from '@/features/execution/details/Pairs'
import type { DetailsProps } from '../details'

export function Details({ stage }: DetailsProps) {
  const r = useRuns()
  const rows = objectsOf(contextOf(stage)['variables']).map(
    (v) =>
      [
        textOf(v['key']),
        <span key="v" className="mono">
          {textOf(v['value'])}
        </span>,
      ] as const,
  )
  return rows.length === 0 ? null : (
    <Section title={r('variables')} count={rows.length} fold={rows.length > 20 ? 'closed' : 'open'}>
      <Pairs rows={rows} />
    </Section>
  )
}
