import { IconAlertTriangle, IconArrowsMaximize, IconBoxMultiple } from '@tabler/icons-react'
import { Handle, Position, type Node, type NodeProps } from '@xyflow/react'
import { memo } from 'react'
import type { Fold, Foldable } from '@/components/graph/fold'
import { GraphCard } from '@/components/graph/GraphCard'
import { useGraphTexts } from '@/components/graph/texts'
import type { Problem } from './problems'
import classes from './Graph.module.css'

export type FoldNode = Node<{ fold: Fold<Foldable>; severity: Problem['severity'] | undefined }, 'fold'>

/** A group of stages as one card, which a click expands. */
export const FoldCard = memo(function FoldCard({ data: { fold, severity } }: NodeProps<FoldNode>) {
  const g = useGraphTexts()
  return (
    <GraphCard
      icon={<IconBoxMultiple size={20} className="muted" aria-hidden />}
      name={fold.name}
      type={g('stages', { n: fold.members.length })}
      title={g('expand', { name: fold.name })}
      tone={severity && (severity === 'error' ? 'bad' : 'wait')}
      fold
      className={classes.node}
    >
      <Handle type="target" position={Position.Left} className={classes.joint} isConnectable={false} />
      {severity && <IconAlertTriangle size={16} className={classes.problem} aria-hidden />}
      <IconArrowsMaximize size={14} className="muted" aria-hidden />
      <Handle type="source" position={Position.Right} className={classes.joint} isConnectable={false} />
    </GraphCard>
  )
})
