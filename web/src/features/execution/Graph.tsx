import '@xyflow/react/dist/base.css'
import {
  Background,
  Controls,
  Handle,
  Position,
  ReactFlow,
  type Edge,
  type Node,
  type NodeProps,
} from '@xyflow/react'
import { useComputedColorScheme } from '@mantine/core'
import { useViewportSize } from '@mantine/hooks'
import { memo, useMemo } from 'react'
import type { StageOutline } from '@/api/queries'
import { StatusIcon } from '@/components/Status'
import { Elapsed } from '@/components/Time'
import { useT } from '@/i18n'
import { layout, topLevel } from '@/lib/graph'
import { sized } from '@/lib/sized'
import { toneOf, type Tone } from '@/lib/status'
import { stageTypeName } from './stageTypes'
import classes from './Graph.module.css'

type Data = { stage: StageOutline; tone: Tone }
type StageNode = Node<Data, 'stage'>

const [across, down] = [276, 84]
const size = sized(216, 60)
const manyNodes = 150
const readable = 0.6

/** An execution's stages as a graph; only what is seen is drawn, so that a thousand are no burden. */
export default function Graph({
  stages,
  selected,
  select,
}: {
  stages: readonly StageOutline[]
  selected: string | undefined
  select: (id: string) => void
}) {
  const t = useT()
  const { width: room, height: roomDown } = useViewportSize()
  const scheme = useComputedColorScheme('light')
  const shape = useMemo(
    () =>
      topLevel(stages)
        .map((s) => `${s.refId}<${(s.requisiteStageRefIds ?? []).join(',')}`)
        .join(';'),
    [stages],
  )
  // Places change with the shape alone, not with every change of a status.
  // eslint-disable-next-line react-hooks/exhaustive-deps
  const placed = useMemo(() => layout(topLevel(stages)), [shape])
  const byId = useMemo(() => new Map(stages.map((s) => [s.id, s])), [stages])
  const byRef = useMemo(() => new Map(topLevel(stages).map((s) => [s.refId, s])), [stages])
  const nodes = useMemo<StageNode[]>(
    () =>
      placed.nodes.map(({ stage: at, level, row }) => {
        const stage = byId.get(at.id) ?? at
        const tone =
          stage.type === 'manualJudgment' && stage.status === 'RUNNING' ? 'wait' : toneOf(stage.status)
        return {
          id: stage.id,
          type: 'stage',
          position: { x: level * across, y: row * down },
          ...size,
          data: { stage, tone },
          selected: stage.id === selected,
          draggable: false,
          connectable: false,
          ariaLabel: stage.name,
        }
      }),
    [placed, byId, selected],
  )
  const edges = useMemo<Edge[]>(
    () =>
      placed.edges.flatMap(({ from, to }) => {
        const [a, b] = [byRef.get(from), byRef.get(to)]
        if (!a || !b) return []
        const done = !['NOT_STARTED', undefined].includes(b.status)
        return [
          {
            id: `${from}>${to}`,
            source: a.id,
            target: b.id,
            focusable: false,
            className: done ? classes.passed : classes.edge,
            animated: b.status === 'RUNNING' && placed.nodes.length < manyNodes,
          },
        ]
      }),
    [placed, byRef],
  )
  // What would be too small to read is not shown whole: the chosen stage is, and the rest is a drag away.
  const whole = placed.levels * across * readable <= (room || window.innerWidth) - 60
  const view = {
    maxZoom: 1,
    padding: whole ? 0.1 : 0.6,
    minZoom: whole ? readable / 2 : 0.8,
    ...(whole || !selected ? {} : { nodes: [{ id: selected }] }),
  }
  // What a stage tells stands below, and should be seen without scrolling.
  const tall = Math.min(
    Math.max(placed.rows * down + 56, 148),
    Math.max(260, (roomDown || window.innerHeight) * 0.42),
  )
  return (
    <div
      className={`card ${classes.graph}`}
      style={{ height: tall }}
      aria-label={t('execution.graph')}
      role="group"
    >
      <ReactFlow
        key={`${shape.length} ${whole} ${Math.round(room / 200)}`}
        nodes={nodes}
        edges={edges}
        nodeTypes={nodeTypes}
        colorMode={scheme}
        fitView
        fitViewOptions={view}
        minZoom={0.05}
        maxZoom={1.6}
        onlyRenderVisibleElements={placed.nodes.length > manyNodes}
        nodesConnectable={false}
        elementsSelectable
        panOnScroll={false}
        zoomOnScroll={false}
        preventScrolling={false}
        onNodeClick={(_, node) => {
          select(node.id)
        }}
        onSelectionChange={undefined}
        proOptions={{ hideAttribution: true }}
      >
        <Background gap={20} size={1} className={classes.dots} />
        {placed.nodes.length > 4 && <Controls showInteractive={false} className={classes.controls} />}
      </ReactFlow>
    </div>
  )
}

const StageCard = memo(function StageCard({ data: { stage, tone }, selected }: NodeProps<StageNode>) {
  const t = useT()
  return (
    <div className={classes.node} data-selected={selected || undefined} data-tone={tone}>
      <Handle type="target" position={Position.Left} className={classes.handle} />
      <StatusIcon status={stage.status} tone={tone} size={20} />
      <span className={classes.words}>
        <span className={`cut ${classes.name}`} title={stage.name}>
          {stage.name || stage.type}
        </span>
        <span className={`cut muted ${classes.type}`}>{stageTypeName(t, stage.type)}</span>
      </span>
      <span className={`muted ${classes.took}`}>
        <Elapsed of={stage} />
      </span>
      <Handle type="source" position={Position.Right} className={classes.handle} />
    </div>
  )
})

const nodeTypes = { stage: StageCard }
