import { Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { loadBalancersQuery } from '@/api/queries'
import { AddressList } from './AddressList'
import { addressesOf } from './addresses'
import classes from './Overview.module.css'
import { useOverview } from './texts'

/** Where an application can be reached: at the hosts of its ingresses, and by its services; nothing if it has none. */
export function Addresses({ app }: { app: string }) {
  const o = useOverview()
  const { data } = useQuery(loadBalancersQuery(app))
  const found = addressesOf(data ?? [])
  if (found.length === 0) return null
  return (
    <section aria-labelledby="addresses" className={classes.section}>
      <Title order={2} id="addresses" mb={10}>
        {o('addresses')}
      </Title>
      <AddressList addresses={found} />
    </section>
  )
}
