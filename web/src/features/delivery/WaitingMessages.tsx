import { Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Ago } from '@/components/Time'
import { sentence } from '@/lib/format'
import classes from './Delivery.module.css'
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
          <th scope="row">
            {m.topic}
            <div className="muted">{m.kind}</div>
          </th>
          <td className={classes.problem} data-wide>
            {sentence(m.error)}
          </td>
          <td className="num" data-label={t('attempts')}>
            {m.attempts}
          </td>
          <td data-label={t('created')}>
            <Ago time={m.createdAt} />
          </td>
          <td data-label={t('next')}>{m.nextAttempt > 0 ? <Ago time={m.nextAttempt} /> : t('now')}</td>
        </tr>
      ))}
    </Part>
  )
}
