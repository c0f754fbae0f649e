import { useQuery } from '@tanstack/react-query'
import { loadBalancersQuery } from '@/api/queries'
import { AddressList } from '@/features/application/AddressList'
import { addressesOf } from '@/features/application/addresses'
import { useOverview } from '@/features/application/texts'
import { useInfrastructureStream } from '@/features/infrastructure/stream'
import type { Place } from './read'
import { Section } from './Section'

const serves = /^(service|ingress|httpRoute|grpcRoute)\b/i

/** Where the objects of a deployment can be reached; nothing if none of them receives traffic. */
export function DeployedAddresses({ app, objects }: { app: string; objects: readonly Place[] }) {
  const serving = objects.filter((o) => serves.test(o.name))
  return serving.length > 0 ? <Found app={app} objects={serving} /> : null
}

function Found({ app, objects }: { app: string; objects: readonly Place[] }) {
  const o = useOverview()
  useInfrastructureStream(app)
  const { data } = useQuery(loadBalancersQuery(app))
  const keys = new Set(objects.map((p) => `${p.account} ${p.location} ${p.name}`))
  const found = addressesOf((data ?? []).filter((b) => keys.has(`${b.account} ${b.region ?? ''} ${b.name}`)))
  if (found.length === 0) return null
  return (
    <Section title={o('addresses')} count={found.length}>
      <AddressList addresses={found} />
    </Section>
  )
}
