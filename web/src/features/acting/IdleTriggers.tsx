import { Badge, Tooltip } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useActing } from '@/api/acting'
import { objectsOf, textOf } from '@/lib/json'
import { useActingTexts } from './texts'

/** Warns in lists that triggers of a pipeline start nothing; nothing if all of them work. */
export function IdleTriggers({ triggers }: { triggers: unknown }) {
  const t = useActingTexts()
  const acts = useActing()
  const idle = objectsOf(triggers)
    .filter((trigger) => trigger['enabled'] !== false)
    .map((trigger) => textOf(trigger['type']))
    .filter((type) => type !== '' && !acts('triggers', type))
  if (idle.length === 0) return null
  return (
    <Tooltip label={t('idleHelp', { types: [...new Set(idle)].join(', ') })}>
      <Badge
        size="sm"
        variant="light"
        leftSection={<IconAlertTriangle size={11} aria-hidden />}
        style={{ color: 'var(--wait)', background: 'var(--wait-soft)', flex: 'none' }}
      >
        {idle.length === 1 ? t('idle') : t('idleSeveral', { n: idle.length })}
      </Badge>
    </Tooltip>
  )
}
