import { IconAlertTriangle, IconPlus } from '@tabler/icons-react'
import { Handle, Position, type Node, type NodeProps } from '@xyflow/react'
import { createContext, memo, use } from 'react'
import { GraphCard } from '@/components/graph/GraphCard'
import { useStageTypeName } from '@/stages'
import { useT } from '@/i18n'
import { textOf, type StageConfig } from './model'
import type { Problem } from './problems'
import { StageIcon } from './StageIcon'
import type { StageType } from './stageKinds'
import classes from './Graph.module.css'

type Data = {
  stage: StageConfig
  type: StageType | undefined
  problem: string | undefined
  severity: Problem['severity'] | undefined
}
export type StageNode = Node<Data, 'stage'>

/** Asks for a stage to add after another, before another, or both; undefined if nothing can be added. */
export const Add = createContext<((from?: string, to?: string) => void) | undefined>(undefined)

/** A stage in the editor's graph, with handles to draw lines from and to. */
export const StageCard = memo(function StageCard({
  id,
  data: { stage, type, problem, severity },
  selected,
}: NodeProps<StageNode>) {
  const t = useT()
  const typeName = useStageTypeName()
  const add = use(Add)
  const name = textOf(stage.type)
  const label = typeName(name)
  return (
    <GraphCard
      icon={<StageIcon name={name} type={type} />}
      name={textOf(stage.name) || label}
      type={label === name ? (type?.label ?? name) : label}
      title={problem}
      tone={severity && (severity === 'error' ? 'bad' : 'wait')}
      selected={selected}
      className={classes.node}
    >
      <Handle type="target" position={Position.Left} className={classes.handle} />
      {severity && <IconAlertTriangle size={16} className={classes.problem} aria-label={problem} />}
      <Handle type="source" position={Position.Right} className={classes.handle} />
      {add && (
        <button
          type="button"
          className={`nodrag ${classes.add}`}
          aria-label={t('editor.addAfter', { name: textOf(stage.name) })}
          title={t('editor.addAfter', { name: textOf(stage.name) })}
          onClick={(e) => {
            e.stopPropagation()
            add(id)
          }}
        >
          <IconPlus size={13} />
        </button>
      )}
    </GraphCard>
  )
})
