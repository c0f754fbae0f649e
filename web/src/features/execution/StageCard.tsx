import { Handle, Position, type Node, type NodeProps } from '@xyflow/react'
import { memo } from 'react'
import type { StageOutline } from '@/api/queries'
import { GraphCard } from '@/components/graph/GraphCard'
import { StatusIcon } from '@/components/Status'
import { Elapsed } from '@/components/Time'
import { WaitedFor } from '@/components/WaitedFor'
import { shownStageStatus, waitedFor, type Tone } from '@/lib/status'
import { useStageTypeName } from '@/stages'
import classes from './Graph.module.css'

export type StageNode = Node<{ stage: StageOutline; tone: Tone }, 'stage'>

/** A stage in a run's graph. */
export const StageCard = memo(function StageCard({ data: { stage, tone }, selected }: NodeProps<StageNode>) {
  const typeName = useStageTypeName()
  return (
    <GraphCard
      icon={<StatusIcon status={shownStageStatus(stage)} size={20} />}
      name={<span title={stage.name}>{stage.name || stage.type}</span>}
      type={<WaitedFor waiting={waitedFor([stage])} otherwise={typeName(stage.type)} short />}
      tone={tone}
      selected={selected}
    >
      <Handle type="target" position={Position.Left} className={classes.handle} />
      <span className={`muted ${classes.took}`}>
        <Elapsed of={stage} />
      </span>
      <Handle type="source" position={Position.Right} className={classes.handle} />
    </GraphCard>
  )
})
