import { IconArrowsMaximize } from '@tabler/icons-react'
import { Handle, Position, type Node, type NodeProps } from '@xyflow/react'
import { memo } from 'react'
import type { StageOutline } from '@/api/queries'
import type { Fold } from '@/components/graph/fold'
import { GraphCard } from '@/components/graph/GraphCard'
import { useGraphTexts } from '@/components/graph/texts'
import { StatusIcon } from '@/components/Status'
import { toneOf } from '@/lib/status'
import classes from './Graph.module.css'

export type FoldNode = Node<{ fold: Fold<StageOutline>; status: string }, 'fold'>

/** Several stages of a run as one card, which a click expands. */
export const FoldCard = memo(function FoldCard({ data: { fold, status } }: NodeProps<FoldNode>) {
  const g = useGraphTexts()
  const n = fold.members.length
  const name = fold.name || g('finished', { n })
  return (
    <GraphCard
      icon={<StatusIcon status={status} size={20} />}
      name={name}
      type={fold.name !== '' && g('stages', { n })}
      title={g('expand', { name })}
      tone={toneOf(status)}
      fold
    >
      <Handle type="target" position={Position.Left} className={classes.handle} />
      <IconArrowsMaximize size={14} className="muted" aria-hidden />
      <Handle type="source" position={Position.Right} className={classes.handle} />
    </GraphCard>
  )
})
