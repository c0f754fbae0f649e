import { Text } from '@mantine/core'
import { useT } from '@/i18n'
import { useInfraT } from '@/i18n/infra'
import { type ChooseProps } from './chooseProps'

/** What an action without choices does. */
export function ChooseNothing({ action, object }: ChooseProps) {
  const t = useT()
  const ti = useInfraT()
  const pods = object.spec?.replicas
  return (
    <Text>
      {action === 'restart' && pods !== undefined
        ? ti('act.restart', { n: pods })
        : t(
            `object.will.${action === 'pause' || action === 'resume' || action === 'restart' ? action : 'restart'}`,
          )}
    </Text>
  )
}
