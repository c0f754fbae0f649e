import { Fragment } from 'react'
import classes from './AddressList.module.css'
import type { Address } from './addresses'
import { useOverview } from './texts'

const most = 6

/** Addresses with what each belongs to; those for browsers are links. */
export function AddressList({ addresses }: { addresses: readonly Address[] }) {
  const o = useOverview()
  return (
    <dl className={`card ${classes.addresses}`}>
      {addresses.slice(0, most).map((a) => (
        <Fragment key={`${a.from} ${a.text}`}>
          <dt className="cut muted">{a.from}</dt>
          {a.pending ? (
            <dd className="muted">{o('pendingAddress')}</dd>
          ) : (
            <dd className="mono">
              {a.url ? (
                <a href={a.url} target="_blank" rel="noreferrer">
                  {a.text}
                </a>
              ) : (
                a.text
              )}
            </dd>
          )}
        </Fragment>
      ))}
    </dl>
  )
}
