import '@xyflow/react/dist/base.css'
import { Button, useComputedColorScheme } from '@mantine/core'
import { useViewportSize } from '@mantine/hooks'
import { ReactFlow, type ReactFlowInstance } from '@xyflow/react'
import { useCallback, useMemo, useRef } from 'react'
import type { StageOutline } from '@/api/queries'
import { card } from '@/components/graph/card'
import cardClasses from '@/components/graph/Card.module.css'
import { GraphTools } from '@/components/graph/GraphTools'
import { layout } from '@/components/graph/layout'
import { edgeTypes, type RoutedEdge } from '@/components/graph/RoutedLine'
import { useGraphTexts } from '@/components/graph/texts'
import { useFolds } from '@/components/graph/useFolds'
import { useGraphLabels } from '@/components/graph/useGraphLabels'
import { useT } from '@/i18n'
import { topLevel } from '@/lib/graph'
import { sized } from '@/lib/sized'
import { shownStageStatus, toneOf, type Tone } from '@/lib/status'
import { FoldCard, type FoldNode } from './FoldCard'
import { statusOfFold } from './foldStatus'
import { StageCard, type StageNode } from './StageCard'
import classes from './Graph.module.css'

const spacing = { ...card, across: 60, down: 24 }
const size = sized(spacing.width, spacing.height)
const manyNodes = 150
const readable = 0.6
const nodeTypes = { stage: StageCard, fold: FoldCard }

// A card of the graph; of several stages with how they are, which its lines show too.
type Shown = { stage: StageOutline; fold?: never } | (FoldNode['data'] & { stage?: never })

type Props = {
  stages: readonly StageOutline[]
  selected: string | undefined
  select: (id: string) => void
}

/** A run's stages as a graph; only what is seen is drawn, so that a thousand are no burden. */
export default function Graph({ stages, selected, select }: Props) {
  const t = useT()
  const g = useGraphTexts()
  const { width: room, height: roomDown } = useViewportSize()
  const scheme = useComputedColorScheme('light')
  const labels = useGraphLabels()
  const flow = useRef<ReactFlowInstance<StageNode | FoldNode, RoutedEdge>>(undefined)
  const top = useMemo(() => topLevel(stages), [stages])
  const isSelected = useCallback((s: StageOutline) => s.id === selected, [selected])
  const { units, can, foldGroups, foldFinished, unfold } = useFolds(top, isSelected, true)
  const shape = units.map((u) => `${u.refId}<${u.requisiteStageRefIds.join(',')}`).join(';')
  // Places change with the shape alone, not with every change of a status.
  // eslint-disable-next-line react-hooks/exhaustive-deps
  const placed = useMemo(() => layout(units, spacing), [shape])
  const byRef = useMemo(
    () =>
      new Map(
        units.map(({ refId, of }): [string, Shown] => [
          refId,
          of.fold ? { fold: of.fold, status: statusOfFold(of.fold.members) } : of,
        ]),
      ),
    [units],
  )

  const nodes = useMemo(
    () =>
      placed.nodes.flatMap(({ stage: unit, x, y }): StageNode | FoldNode | [] => {
        const of = byRef.get(unit.refId)
        if (!of) return []
        const common = { position: { x, y }, ...size, draggable: false, connectable: false }
        if (of.fold)
          return {
            ...common,
            id: of.fold.key,
            type: 'fold',
            data: of,
            ariaLabel: g('expand', { name: of.fold.name || g('finished', { n: of.fold.members.length }) }),
          }
        const stage = of.stage
        return {
          ...common,
          id: stage.id,
          type: 'stage',
          data: { stage, tone: toneOf(shownStageStatus(stage)) },
          selected: stage.id === selected,
          ariaLabel: stage.name,
        }
      }),
    [placed, byRef, selected, g],
  )
  const edges = useMemo(
    () =>
      placed.edges.flatMap(({ from, to, points }): RoutedEdge[] => {
        const [a, b] = [byRef.get(from), byRef.get(to)]
        if (!a || !b) return []
        const status = b.fold ? b.status : b.stage.status
        return [
          {
            id: `${from}>${to}`,
            type: 'routed',
            source: a.fold ? a.fold.key : a.stage.id,
            target: b.fold ? b.fold.key : b.stage.id,
            data: { points },
            focusable: false,
            ...(status === 'NOT_STARTED' || classes.passed === undefined
              ? {}
              : { className: classes.passed }),
            animated: status === 'RUNNING' && placed.nodes.length < manyNodes,
          },
        ]
      }),
    [placed, byRef],
  )

  // What would be too small to read is not shown whole: the selected stage is, and the rest is a drag away.
  const whole = placed.width * readable <= (room || window.innerWidth) - 60
  const view = {
    maxZoom: 1,
    padding: whole ? 0.1 : 0.6,
    minZoom: whole ? readable / 2 : 0.8,
    ...(whole || !selected ? {} : { nodes: [{ id: selected }] }),
  }
  // What a stage tells stands below, and should be seen without scrolling.
  const tall = Math.min(
    Math.max(placed.height + 80, 148),
    Math.max(260, (roomDown || window.innerHeight) * 0.42),
  )
  const goTo = (id: string) => {
    const at = nodes.find((n) => n.id === id)
    if (!at) return
    void flow.current?.setCenter(at.position.x + spacing.width / 2, at.position.y + spacing.height / 2, {
      zoom: Math.max(flow.current.getZoom(), 0.8),
      duration: 200,
    })
    if (at.type === 'stage') select(id)
  }
  const cards = useMemo(
    () =>
      nodes.map((n) => ({
        id: n.id,
        name:
          n.type === 'stage'
            ? n.data.stage.name
            : [n.data.fold.name, ...n.data.fold.members.map((m) => m.name)].join(' '),
      })),
    [nodes],
  )
  return (
    <div
      className={`card ${cardClasses.graph} ${classes.graph}`}
      style={{ height: tall }}
      aria-label={t('execution.graph')}
      role="group"
    >
      <ReactFlow
        key={`${shape.length} ${whole} ${Math.round(room / 200)}`}
        nodes={nodes}
        edges={edges}
        nodeTypes={nodeTypes}
        edgeTypes={edgeTypes}
        colorMode={scheme}
        ariaLabelConfig={labels}
        onInit={(instance) => {
          flow.current = instance
        }}
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
          if (node.type === 'fold') unfold(node.id)
          else select(node.id)
        }}
        onKeyDown={(e) => {
          const id = e.target instanceof HTMLElement ? e.target.dataset['id'] : undefined
          if (id === undefined || (e.key !== 'Enter' && e.key !== ' ')) return
          e.preventDefault()
          if (byRef.get(id)?.fold) unfold(id)
          else select(id)
        }}
        proOptions={{ hideAttribution: true }}
      >
        <GraphTools cards={cards} goTo={goTo} colour={({ data }) => `var(--${data['tone'] as Tone}-fill)`}>
          {can.groups && (
            <Button size="xs" variant="default" onClick={foldGroups}>
              {g('foldGroups')}
            </Button>
          )}
          {can.finished && cards.length > 12 && (
            <Button size="xs" variant="default" onClick={foldFinished}>
              {g('foldFinished')}
            </Button>
          )}
          {can.unfold && (
            <Button
              size="xs"
              variant="default"
              onClick={() => {
                unfold()
              }}
            >
              {g('unfold')}
            </Button>
          )}
        </GraphTools>
      </ReactFlow>
    </div>
  )
}
