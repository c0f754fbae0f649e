import { NumberInput, Text } from '@mantine/core'
import { useT } from '@/i18n'
import { type ChooseProps } from './chooseProps'

/** How many pods a workload gets. */
export function ChooseScale({ object, choices, change }: ChooseProps) {
  const t = useT()
  const from = object.spec?.replicas ?? 0
  const to = Number(choices.replicas)
  return (
    <>
      <NumberInput
        label={t('object.replicas')}
        min={0}
        max={10_000}
        allowDecimal={false}
        value={choices.replicas}
        onChange={(replicas) => {
          change({ replicas })
        }}
        data-autofocus
      />
      <Text>
        {to === from || choices.replicas === ''
          ? t('object.scaleSame', { from })
          : t(to > from ? 'object.scaleUp' : 'object.scaleDown', { from, to, n: Math.abs(to - from) })}
      </Text>
    </>
  )
}
