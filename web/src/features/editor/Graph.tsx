import '@xyflow/react/dist/base.css'
import { Button, useComputedColorScheme } from '@mantine/core'
import {
  ReactFlow,
  SelectionMode,
  type Connection,
  type FinalConnectionState,
  type ReactFlowInstance,
} from '@xyflow/react'
import { useEffect, useMemo, useRef, useState } from 'react'
import { card } from '@/components/graph/card'
import cardClasses from '@/components/graph/Card.module.css'
import { GraphTools } from '@/components/graph/GraphTools'
import { edgeTypes, type RoutedEdge } from '@/components/graph/RoutedLine'
import { useGraphTexts } from '@/components/graph/texts'
import { useGraphLabels } from '@/components/graph/useGraphLabels'
import { useT } from '@/i18n'
import { sized } from '@/lib/sized'
import { FoldCard, type FoldNode } from './FoldCard'
import { linesOf, nodesOf } from './graphElements'
import { LineActions } from './LineActions'
import { refOf, wouldCycle, type Stages } from './model'
import type { Problem } from './problems'
import { Add, StageCard, type StageNode } from './StageCard'
import type { StageType } from './stageKinds'
import { useFocusStage } from './useFocusStage'
import { useGraphKeys } from './useGraphKeys'
import { usePlaced } from './usePlaced'
import classes from './Graph.module.css'

type Props = {
  stages: Stages
  types: ReadonlyMap<string, StageType>
  problems: ReadonlyMap<string, readonly Problem[]>
  selected: readonly string[]
  locked: boolean
  select: (refs: readonly string[]) => void
  connect: (from: string, to: string) => void
  disconnect: (lines: readonly { from: string; to: string }[]) => void
  remove: (refs: readonly string[]) => void
  /** Asks for a stage to add after another, before another, or both. */
  add: (from?: string, to?: string) => void
}

const spacing = { ...card, across: 80, down: 24 }
const size = sized(spacing.width, spacing.height)
const nodeTypes = { stage: StageCard, fold: FoldCard }
const many = 60
const readable = 12

/** The stages as they run, to be connected by drawing lines. */
export default function Graph({
  stages,
  types,
  problems,
  selected,
  locked,
  select,
  connect,
  disconnect,
  remove,
  add,
}: Props) {
  const t = useT()
  const g = useGraphTexts()
  const scheme = useComputedColorScheme('light')
  const labels = useGraphLabels()
  const flow = useRef<ReactFlowInstance<StageNode | FoldNode, RoutedEdge>>(undefined)
  const chosen = useMemo(() => new Set(selected), [selected])
  const { placed, folds, can, foldGroups, unfold } = usePlaced(stages, chosen, spacing)
  const [line, setLine] = useState<string>()
  const nodes = useMemo(
    () => nodesOf(placed, { stages, types, problems, chosen, size, folds }),
    [placed, stages, types, problems, chosen, folds],
  )
  const edges = useMemo(() => linesOf(placed, line, classes.circle, folds), [placed, line, folds])
  // What is too wide to be read whole is shown from its beginning.
  const beginning =
    placed.levels > readable
      ? placed.nodes.filter((n) => n.level < readable / 2).map((n) => ({ id: n.stage.refId }))
      : []
  const cards = useMemo(() => nodes.map((n) => ({ id: n.id, name: n.ariaLabel ?? '' })), [nodes])
  const count = placed.nodes.length
  const before = useRef(count)
  useEffect(() => {
    // A stage that has come in is brought into view.
    if (before.current !== count)
      void flow.current?.fitView({
        duration: 250,
        maxZoom: 1,
        padding: 0.15,
        ...(count > 40 && chosen.size > 0 ? { nodes: [...chosen].map((id) => ({ id })) } : {}),
      })
    before.current = count
  }, [count, chosen])
  const frame = useRef<HTMLDivElement>(null)
  const focusStage = useFocusStage(frame, flow, placed, spacing)
  const drawn = (_: unknown, state: FinalConnectionState) => {
    // A line that ends where nothing is asks for a stage to be there.
    if (!state.isValid && state.fromNode && !state.toNode) {
      if (state.fromHandle?.type === 'source') add(state.fromNode.id)
      else add(undefined, state.fromNode.id)
    }
  }
  const cut = (id: string | undefined) => {
    const e = edges.find((x) => x.id === id)
    if (!e || folds.has(e.source) || folds.has(e.target)) return false
    disconnect([{ from: e.source, to: e.target }])
    setLine(undefined)
    return true
  }
  const pressed = useGraphKeys({
    placed,
    selected,
    locked,
    select,
    add,
    focusStage,
    isStage: (ref) => !folds.has(ref),
    expand: (ref) => {
      if (folds.has(ref)) unfold(ref)
      return folds.has(ref)
    },
    remove: (refs) => {
      if (!cut(line)) remove(refs)
    },
  })
  return (
    <div
      ref={frame}
      className={`${cardClasses.graph} ${classes.graph}`}
      role="group"
      aria-label={t('execution.graph')}
    >
      <Add value={locked ? undefined : add}>
        <ReactFlow
          nodes={nodes}
          edges={edges}
          nodeTypes={nodeTypes}
          edgeTypes={edgeTypes}
          colorMode={scheme}
          ariaLabelConfig={labels}
          minZoom={0.04}
          maxZoom={1.6}
          onInit={(instance) => {
            flow.current = instance
          }}
          fitView
          fitViewOptions={{
            maxZoom: 1,
            minZoom: 0.1,
            padding: 0.15,
            ...(beginning.length > 0 ? { nodes: beginning } : {}),
          }}
          onlyRenderVisibleElements={count > many}
          nodesConnectable={!locked}
          selectionOnDrag={false}
          selectionMode={SelectionMode.Partial}
          multiSelectionKeyCode={['Shift', 'Meta', 'Control']}
          deleteKeyCode={null}
          zoomOnDoubleClick={false}
          onNodeClick={(event, node) => {
            setLine(undefined)
            if (node.type === 'fold') {
              unfold(node.id)
              return
            }
            const more = event.shiftKey || event.metaKey || event.ctrlKey
            select(
              more
                ? chosen.has(node.id)
                  ? selected.filter((r) => r !== node.id)
                  : [...selected, node.id]
                : [node.id],
            )
          }}
          onPaneClick={() => {
            setLine(undefined)
            select([])
          }}
          onEdgeClick={(_, edge) => {
            if (edge.selectable !== false) setLine(edge.id)
          }}
          onSelectionEnd={() => undefined}
          isValidConnection={(c) =>
            !wouldCycle([...stages.values()], c.source, refOf(stages.get(c.target) ?? {}))
          }
          onConnect={(c: Connection) => {
            connect(c.source, c.target)
          }}
          onConnectEnd={drawn}
          proOptions={{ hideAttribution: true }}
          onKeyDown={pressed}
        >
          <GraphTools
            cards={cards}
            goTo={(id) => {
              if (folds.has(id)) {
                unfold(id)
                return
              }
              select([id])
              void flow.current?.fitView({ nodes: [{ id }], maxZoom: 1, duration: 200, padding: 2 })
            }}
          >
            {(can.groups || can.unfold) && (
              <Button
                size="xs"
                variant="default"
                onClick={() => {
                  if (can.groups) {
                    // What is selected stays expanded.
                    select([])
                    foldGroups()
                  } else unfold()
                }}
              >
                {g(can.groups ? 'foldGroups' : 'unfold')}
              </Button>
            )}
          </GraphTools>
        </ReactFlow>
      </Add>
      {line !== undefined && !locked && (
        <LineActions
          insert={() => {
            const e = edges.find((x) => x.id === line)
            if (e) add(e.source, e.target)
          }}
          disconnect={() => {
            cut(line)
          }}
        />
      )}
    </div>
  )
}
