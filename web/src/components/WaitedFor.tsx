import { useT } from '@/i18n'
import { withoutSecretsIn } from '@/lib/secrets'
import type { waitedFor } from '@/lib/status'
import { useReason } from './useReason'

type Props = {
  waiting: ReturnType<typeof waitedFor>
  /** What stands before and after it. */
  before?: string
  after?: string
  /** What is shown if there is nothing of the kind. */
  otherwise?: string
  /** Whether the reason alone is shown. */
  short?: boolean
}

/** The first of the faulty objects that a run or a stage waits for, in a line of a list. */
export function WaitedFor({ waiting, before, after, otherwise, short = false }: Props) {
  const t = useT()
  const inWords = useReason()
  const first = waiting[0]
  if (!first) return otherwise
  const reason = inWords(first.reason)
  const more = waiting.reduce((n, w) => n + 1 + (w.more ?? 0), -1)
  return (
    <>
      {before}
      <span
        style={{ color: 'var(--wait)' }}
        title={withoutSecretsIn(first.message)}
        data-waiting={first.reason}
      >
        {short
          ? reason
          : more > 0
            ? t('waiting.more', { name: first.name, reason, n: more })
            : t('waiting.one', { name: first.name, reason })}
      </span>
      {after}
    </>
  )
}
