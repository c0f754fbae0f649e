import { Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import classes from './NewApplication.module.css'

// What the steps are made of.

/** A part of a step, in a card. */
export function Part({ title, help, children }: { title: string; help?: ReactNode; children: ReactNode }) {
  return (
    <section className={`card ${classes.card}`} aria-label={title} style={{ marginBottom: 14 }}>
      <div className={classes.head}>
        <Title order={2} fz="lg">
          {title}
        </Title>
        {help && (
          <Text size="sm" c="dimmed" mt={2}>
            {help}
          </Text>
        )}
      </div>
      {children}
    </section>
  )
}
