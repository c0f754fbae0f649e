import { Pairs } from '@/features/execution/details/Pairs'
import { bytes } from '@/lib/format'
import type { Schemas } from '@/api/client'
import { useBake } from './texts'

/** What was rendered, by what, and how much came of it. */
export function BakeFacts({ facts, run }: { facts: Schemas['BakeFacts'] | undefined; run?: boolean }) {
  const b = useBake()
  if (!facts) return null
  const source = [facts.source?.name, facts.source?.version].filter(Boolean).join(' ')
  const size = bytes(facts.bytes ?? 0)
  const n = facts.objects ?? 0
  return (
    <Pairs
      rows={[
        ...(source ? [[b('rendered'), source] as const] : []),
        [b('renderer'), `${facts.version ?? ''}${facts.renderer ? ` (${facts.renderer})` : ''}`],
        [
          b('result'),
          `${n === 1 ? b('oneObject', { size }) : b('objects', { n, size })} · ${b(
            facts.cached ? 'cached' : run ? 'freshRun' : 'fresh',
          )}`,
        ],
      ]}
    />
  )
}
