import { Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { client, unwrap } from '@/api/client'
import { useI18n } from '@/i18n'
import { moment } from '@/lib/format'
import { textOf, type Json } from '../model'
import { useTriggerTexts } from './texts'

/** The next times at which a schedule fires, and what is odd about it. */
export function NextFires({ trigger }: { trigger: Json }) {
  const w = useTriggerTexts()
  const { language } = useI18n()
  const expression = textOf(trigger['cronExpression'])
  const timezone = textOf(trigger['timezone'])
  const triggerId = textOf(trigger['id'])
  const { data, error } = useQuery({
    queryKey: ['cronNext', expression, timezone, triggerId],
    queryFn: () =>
      unwrap(
        client.GET('/cron/next', {
          params: {
            query: { expression, ...(timezone ? { timezone } : {}), ...(triggerId ? { triggerId } : {}) },
          },
        }),
      ),
    enabled: expression !== '' && !expression.includes('${'),
    staleTime: 60_000,
    retry: false,
  })
  if (error)
    return (
      <Text size="sm" c="red">
        {error.message}
      </Text>
    )
  if (!data) return null
  return (
    <Text size="sm" c="dimmed" component="div">
      {data.nextFires.length > 0 ? (
        <>
          {w('next')} ({data.timezone}):
          <ul style={{ margin: '2px 0 0', paddingLeft: 20 }}>
            {data.nextFires.map((at) => (
              <li key={at}>
                <time dateTime={at} title={moment(Date.parse(at), language)}>
                  {at.slice(0, 16).replace('T', ' ')}
                </time>
              </li>
            ))}
          </ul>
        </>
      ) : (
        w('nextNever')
      )}
      {data.warnings?.map((warning) => (
        <Text key={warning} size="sm" c="var(--wait)">
          {warning}
        </Text>
      ))}
    </Text>
  )
}
