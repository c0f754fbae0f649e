import { Group, MultiSelect, Stack, Switch, TextInput } from '@mantine/core'
import { useT } from '@/i18n'
import { inner } from '@/stages/kit'
import { TextField, TextsField } from '../fields'
import { isObject, setField, textOf, type Json } from '../model'
import { useDays, weekdays } from './days'

/** When a notification is held back: it is sent when the quiet period ends. */
export function QuietFields({
  value,
  change,
  events,
}: {
  value: Json
  change: (next: Json) => void
  /** What people can be told of. */
  events: readonly string[]
}) {
  const t = useT()
  const days = useDays()
  const quiet = isObject(value['quietPeriod']) ? value['quietPeriod'] : undefined
  const put = (next: Json | undefined) => {
    change(setField(value, 'quietPeriod', next))
  }
  const time = (name: 'from' | 'to', label: string) => (
    <TextInput
      type="time"
      label={label}
      value={textOf(quiet?.[name])}
      onChange={(e) => {
        put({ ...quiet, [name]: e.currentTarget.value })
      }}
    />
  )
  const chosen = Array.isArray(quiet?.['days']) ? quiet['days'].map(textOf) : []
  return (
    <Stack gap="xs">
      <Switch
        label={t('editor.quiet')}
        description={t('editor.quietHelp')}
        checked={quiet !== undefined}
        onChange={(e) => {
          put(e.currentTarget.checked ? { from: '22:00', to: '07:00', timeZone: localZone() } : undefined)
        }}
      />
      {quiet && (
        <>
          <Group grow align="start">
            {time('from', t('editor.quietFrom'))}
            {time('to', t('editor.quietTo'))}
          </Group>
          <MultiSelect
            label={t('editor.quietDays')}
            placeholder={chosen.length === 0 ? t('editor.quietEveryDay') : ''}
            value={chosen}
            data={weekdays.map((d) => ({ value: d, label: days[d] }))}
            onChange={(list) => {
              put(setField(quiet, 'days', list.length > 0 ? list : undefined))
            }}
          />
          <TextField label={t('editor.quietZone')} placeholder="UTC" {...inner(quiet, 'timeZone', put)} />
          <TextsField label={t('editor.quietExcept')} choices={events} {...inner(quiet, 'except', put)} />
        </>
      )}
    </Stack>
  )
}

/** The time zone of the browser. */
const localZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone
