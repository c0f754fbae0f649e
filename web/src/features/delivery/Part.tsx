import { Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import { Failure, RowsLoading } from '@/components/States'
import classes from './Delivery.module.css'

type Props = {
  id: string
  title: string
  text: string
  query: { data: readonly unknown[] | undefined; error: unknown; refetch: () => unknown }
  /** What is shown if the list is empty. */
  empty: ReactNode
  head: readonly string[]
  children: ReactNode
}

/** A part of the page: a table with a title, or what takes its place. */
export function Part({ id, title, text, query, empty, head, children }: Props) {
  return (
    <section aria-labelledby={id} className={classes.part}>
      <Title order={2} id={id}>
        {title}
      </Title>
      <Text size="sm" c="dimmed" mb={8}>
        {text}
      </Text>
      {query.error ? (
        <Failure error={query.error} retry={() => void query.refetch()} />
      ) : !query.data ? (
        <RowsLoading rows={2} />
      ) : query.data.length === 0 ? (
        <div className={`card ${classes.empty}`}>{empty}</div>
      ) : (
        <div className={`card ${classes.scroll}`} tabIndex={0} role="region" aria-labelledby={id}>
          <table className={classes.table}>
            <thead>
              <tr>
                {head.map((name) => (
                  <th key={name} scope="col">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>{children}</tbody>
          </table>
        </div>
      )}
    </section>
  )
}
