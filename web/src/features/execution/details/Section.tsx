import { UnstyledButton } from '@mantine/core'
import { IconChevronRight } from '@tabler/icons-react'
import { useState, type ReactNode } from 'react'
import classes from './details.module.css'

type Props = {
  title: string
  count?: number
  children: ReactNode
  /** Whether it can be folded, and how it begins. */ fold?: 'open' | 'closed'
}

/** A part of what a stage tells. */
export function Section({ title, count, children, fold }: Props) {
  const [open, setOpen] = useState(fold !== 'closed')
  return (
    <section aria-label={title}>
      {fold ? (
        <UnstyledButton
          className={classes.title}
          aria-expanded={open}
          onClick={() => {
            setOpen(!open)
          }}
        >
          <IconChevronRight size={13} className={open ? classes.turned : undefined} aria-hidden /> {title}
          {count !== undefined && <span className="num"> {count}</span>}
        </UnstyledButton>
      ) : (
        <div className={classes.title}>{title}</div>
      )}
      {open && children}
    </section>
  )
}
