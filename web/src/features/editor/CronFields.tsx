import { Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { client, unwrap } from '@/api/client'
import { useT } from '@/i18n'
import { TextField } from './fields'
import { inner } from '@/stages/kit'
import { textOf, type Json } from './model'

/** The schedule of a trigger, with its next times. */
export function CronFields({ value, change }: { value: Json; change: (next: Json) => void }) {
  const t = useT()
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
      {expression !== '' && answer && (
        <Text size="sm" c={answer.valid ? 'dimmed' : 'red'} mt={-6}>
          {textOf(answer.valid ? answer.description : answer.message)}
        </Text>
      )}
    </>
  )
}
