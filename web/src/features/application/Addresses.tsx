import { Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Fragment } from 'react'
import { loadBalancersQuery } from '@/api/queries'
import { addressesOf } from './addresses'
import classes from './Overview.module.css'
import { useOverview } from './texts'

const most = 6

/** Where an application can be reached: the hosts of its ingresses, and its services; nothing if it has none. */
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
      <dl className={`card ${classes.addresses}`}>
        {found.slice(0, most).map((a) => (
          <Fragment key={`${a.from} ${a.text}`}>
            <dt className="cut muted">{a.from}</dt>
            <dd className="mono">
              {a.url ? (
                <a href={a.url} target="_blank" rel="noreferrer">
                  {a.text}
                </a>
              ) : (
                a.text
              )}
            </dd>
          </Fragment>
        ))}
      </dl>
    </section>
  )
}
