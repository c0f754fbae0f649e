import { Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Ago } from '@/components/Time'
import { MessageCells } from './MessageCells'
import { Part } from './Part'
import { waitingQuery } from './queries'
import { useDeliveryTexts } from './texts'

/** The messages that are to be delivered. */
export function WaitingMessages() {
  const t = useDeliveryTexts()
  const query = useQuery(waitingQuery)
  return (
    <Part
      id="waiting"
      title={t('waiting')}
      text={t('waitingText')}
      query={query}
      empty={<Text c="dimmed">{t('noWaiting')}</Text>}
      head={[t('message'), t('reason'), t('attempts'), t('created'), t('next')]}
    >
      {query.data?.map((m) => (
        <tr key={m.id}>
          <MessageCells message={m} />
          <td data-label={t('next')}>{m.nextAttempt > 0 ? <Ago time={m.nextAttempt} /> : t('now')}</td>
        </tr>
      ))}
    </Part>
  )
}
