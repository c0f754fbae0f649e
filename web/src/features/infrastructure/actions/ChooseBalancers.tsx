import { MultiSelect, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { loadBalancersQuery } from '@/api/queries'
import { Failure } from '@/components/States'
import { useInfraT } from '@/i18n/infra'
import { kindAndName } from '@/lib/format'
import { balancersOf } from './actions'
import { type ChooseProps } from './chooseProps'

/** The load balancers that send traffic to a workload. */
export function ChooseBalancers({ place, object, choices, change }: ChooseProps) {
  const ti = useInfraT()
  const { data, error } = useQuery(loadBalancersQuery(place.app))
  const names = (data ?? [])
    .filter((b) => b.kind === 'service' && b.account === place.account && b.region === place.location)
    .map((b) => b.name)
  if (error) return <Failure error={error} />
  return (
    <>
      <MultiSelect
        label={ti('act.balancers')}
        placeholder={choices.balancers.length === 0 ? ti('act.chooseBalancers') : undefined}
        data={[...new Set([...names, ...balancersOf(object)])]}
        value={[...choices.balancers]}
        onChange={(balancers) => {
          change({ balancers })
        }}
        searchable
        nothingFoundMessage={ti('act.noBalancers')}
      />
      <Text>
        {choices.balancers.length > 0
          ? ti('act.attach', { to: choices.balancers.map((b) => kindAndName(b).name).join(', ') })
          : ti('act.attachHelp')}
      </Text>
    </>
  )
}
