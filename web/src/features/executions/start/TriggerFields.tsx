import { Select, TextInput } from '@mantine/core'
import { triggerName } from '../ExecutionRow'
import { useT } from '@/i18n'
import type { TriggerChoice } from './choices'
import { useStart } from './texts'

type Props = {
  triggers: readonly TriggerChoice[]
  chosen: TriggerChoice | undefined
  choose: (key: string | undefined) => void
  given: Record<string, string>
  give: (key: string, value: string) => void
}

const byHand = 'manual'
const texts = {
  branch: 'branch',
  hash: 'hash',
  tag: 'tag',
  version: 'version',
  buildNumber: 'buildNumber',
} as const

/** For which of its triggers a start stands in, and what that would have brought. */
export function TriggerFields({ triggers, chosen, choose, given, give }: Props) {
  const t = useT()
  const s = useStart()
  if (triggers.length === 0) return null
  const name = (c: TriggerChoice) => [triggerName(t, c.type), c.label].filter(Boolean).join(': ')
  return (
    <>
      <Select
        label={s('trigger')}
        description={chosen ? s('triggerHelp') : undefined}
        value={chosen?.key ?? byHand}
        allowDeselect={false}
        data={[
          { value: byHand, label: t('trigger.manual') },
          ...triggers.map((c) => ({ value: c.key, label: name(c) })),
        ]}
        onChange={(v) => {
          choose(v === null || v === byHand ? undefined : v)
        }}
      />
      {chosen?.asks.map((key) => {
        const text = texts[key as keyof typeof texts]
        return (
          <TextInput
            key={key}
            label={s(text)}
            value={given[key] ?? ''}
            inputMode={key === 'buildNumber' ? 'numeric' : undefined}
            onChange={(e) => {
              give(key, e.currentTarget.value)
            }}
          />
        )
      })}
    </>
  )
}
