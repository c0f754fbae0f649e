import { UnstyledButton } from '@mantine/core'
import { IconChevronRight } from '@tabler/icons-react'
import { type ReactNode } from 'react'
import { useList } from './texts'
import classes from './ExecutionList.module.css'

/** A row above the runs of a pipeline or a period, which collapses them. */
export function GroupRow({
  title,
  count,
  collapsed,
  fold,
  children,
}: {
  title: string
  count: number
  collapsed: boolean
  fold: () => void
  children?: ReactNode
}) {
  const l = useList()
  const label = l(collapsed ? 'unfold' : 'fold', { name: title })
  return (
    <div className={classes.group}>
      <div className={classes.head} data-collapsed={collapsed || undefined}>
        <UnstyledButton
          className={classes.fold}
          aria-expanded={!collapsed}
          aria-label={label}
          title={label}
          onClick={fold}
        >
          <IconChevronRight size={15} className={collapsed ? undefined : classes.turned} aria-hidden />
        </UnstyledButton>
        <h2 className={`cut ${classes.name}`}>{title}</h2>
        {count > 0 && <span className="muted num">{count}</span>}
        {children}
      </div>
    </div>
  )
}
