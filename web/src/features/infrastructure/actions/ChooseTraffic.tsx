import { Text } from '@mantine/core'
import { useT } from '@/i18n'
import { useInfraT } from '@/i18n/infra'
import { kindAndName } from '@/lib/format'
import { balancersOf } from './actions'
import { type ChooseProps } from './chooseProps'

/** What traffic a workload gets or loses. */
export function ChooseTraffic({ action, object }: ChooseProps) {
  const t = useT()
  const ti = useInfraT()
  return (
    <>
      <Text>{t(action === 'enable' ? 'object.will.enable' : 'object.will.disable')}</Text>
      <Text size="sm" c="dimmed">
        {ti('act.balancers')}:{' '}
        {balancersOf(object)
          .map((b) => kindAndName(b).name)
          .join(', ')}
      </Text>
    </>
  )
}
