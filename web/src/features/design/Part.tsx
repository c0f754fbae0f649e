import type { ReactNode } from 'react'
import classes from './Design.module.css'

/** A part of the design page under its title. */
export function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title} className={classes.part}>
      <h2>{title}</h2>
      {children}
    </section>
  )
}
