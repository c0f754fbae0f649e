import { Select, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { client, unwrap } from '@/api/client'
import { Failure, RowsLoading } from '@/components/States'
import { useI18n } from '@/i18n'
import { moment } from '@/lib/format'
import { useTriggerTexts } from './texts'

type Props = {
  type: string
  pastes: boolean
  value: string | undefined
  change: (id: string | undefined) => void
}

/** One of the latest events of a type. */
export function PastEvent({ type, pastes, value, change }: Props) {
  const w = useTriggerTexts()
  const { language } = useI18n()
  const { data, error } = useQuery({
    queryKey: ['events', 'latest', type],
    queryFn: () => unwrap(client.GET('/triggers/events', { params: { query: { type, limit: 50 } } })),
    staleTime: 0,
  })
  if (error) return <Failure error={error} />
  if (!data) return <RowsLoading rows={1} height={36} />
  if (data.length === 0) return <Text>{w(pastes ? 'try.none' : 'try.noneOnly')}</Text>
  return (
    <Select
      label={w('try.past')}
      placeholder={w('try.choose')}
      searchable
      data={data
        .filter((e) => !e.tooLarge)
        .map((e) => ({ value: e.id, label: `${e.summary} · ${moment(e.receivedAt, language)}` }))}
      value={value ?? null}
      onChange={(v) => {
        change(v ?? undefined)
      }}
    />
  )
}
