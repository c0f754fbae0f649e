import { Text, Title } from '@mantine/core'
import { usePageTitle } from '@/components/PageTitle'
import { DeadMessages } from './DeadMessages'
import { Sources } from './Sources'
import { useDeliveryTexts } from './texts'
import { WaitingMessages } from './WaitingMessages'

/** What comes in and goes out, for operators. */
export function Delivery() {
  const t = useDeliveryTexts()
  usePageTitle(t('title'))
  return (
    <div className="page">
      <Title order={1}>{t('title')}</Title>
      <Text c="dimmed" mb="lg">
        {t('text')}
      </Text>
      <Sources />
      <DeadMessages />
      <WaitingMessages />
    </div>
  )
}
