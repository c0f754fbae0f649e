import { Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { DeadRow } from './DeadRow'
import { Part } from './Part'
import { deadQuery } from './queries'
import { useDeliveryTexts } from './texts'

/** The messages that were given up. */
export function DeadMessages() {
  const t = useDeliveryTexts()
  const query = useQuery(deadQuery)
  return (
    <Part
      id="dead"
      title={t('dead')}
      text={t('deadText')}
      query={query}
      empty={<Text c="dimmed">{t('noDead')}</Text>}
      head={[t('message'), t('reason'), t('attempts'), t('created'), '']}
    >
      {query.data?.map((m) => (
        <DeadRow key={m.id} message={m} />
      ))}
    </Part>
  )
}
