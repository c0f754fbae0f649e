import { Stack } from '@mantine/core'
import { useT } from '@/i18n'
import { ListField } from '../fields'
import { NotificationFields } from './NotificationFields'
import { whens, type NotificationsOf } from './whens'

/** Who is told of what, and how. */
export function NotificationsForm({
  of,
  stage,
  value,
  onChange,
}: {
  of: NotificationsOf
  stage?: string | undefined
  value: unknown
  onChange: (v: unknown) => void
}) {
  const t = useT()
  return (
    <Stack gap="xs">
      <ListField
        label=""
        value={value}
        onChange={onChange}
        add={t('editor.addNotification')}
        make={() => ({
          type: 'slack',
          level: of === 'pipeline' ? 'pipeline' : 'stage',
          address: '',
          when: whens[of].slice(-1),
        })}
        render={(item, change) => <NotificationFields of={of} stage={stage} value={item} change={change} />}
      />
    </Stack>
  )
}
