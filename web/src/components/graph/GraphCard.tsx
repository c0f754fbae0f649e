import type { ReactNode } from 'react'
import type { Tone } from '@/lib/status'
import { card } from './card'
import classes from './Card.module.css'

type Props = {
  icon: ReactNode
  name: ReactNode
  /** What stands below the name. */
  type?: ReactNode
  /** The tooltip of the whole card. */
  title?: string
  tone?: Tone
  selected?: boolean
  /** Whether it stands for several stages. */
  fold?: boolean
  className?: string
  /** What stands after the words, such as a duration, and the handles of lines. */
  children?: ReactNode
}

/** A card of a graph, of a stage or of several. */
export function GraphCard({ icon, name, type, title, tone, selected, fold, className, children }: Props) {
  return (
    <div
      className={[classes.card, className].filter(Boolean).join(' ')}
      style={card}
      data-tone={tone}
      data-selected={selected || undefined}
      data-fold={fold || undefined}
      title={title}
    >
      {icon}
      <span className={classes.words}>
        <span className={`cut ${classes.name}`}>{name}</span>
        {type && <span className={`cut muted ${classes.type}`}>{type}</span>}
      </span>
      {children}
    </div>
  )
}
