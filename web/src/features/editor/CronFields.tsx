import { Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { client, unwrap } from '@/api/client'
import { useT } from '@/i18n'
import { TextField } from './fields'
import { inner } from '@/stages/kit'
import { textOf, type Json } from './model'
import { NextFires } from './triggers/NextFires'
import { useTriggerTexts } from './triggers/texts'

/** The schedule of a trigger, with its next times. */
export function CronFields({ value, change }: { value: Json; change: (next: Json) => void }) {
  const t = useT()
  const w = useTriggerTexts()
  const expression = textOf(value['cronExpression'])
  const said = useQuery({
    queryKey: ['cron', expression],
    queryFn: () => unwrap(client.GET('/cron/validate', { params: { query: { expression } } })),
    enabled: expression !== '' && !expression.includes('${'),
    staleTime: Infinity,
    retry: false,
  })
  const answer = said.data
  return (
    <>
      <TextField
        label={t('editor.cron')}
        placeholder="0 0 10 ? * MON-FRI"
        {...inner(value, 'cronExpression', change)}
      />
      <TextField
        label={w('timezone')}
        placeholder="Europe/Berlin"
        help={w('timezoneHelp')}
        {...inner(value, 'timezone', change)}
      />
      {expression !== '' && answer && (
        <Text size="sm" c={answer.valid ? 'dimmed' : 'red'}>
          {textOf(answer.valid ? answer.description : answer.message)}
        </Text>
      )}
      {answer?.valid && <NextFires trigger={value} />}
    </>
  )
}
