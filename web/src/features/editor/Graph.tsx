import '@xyflow/react/dist/base.css'
import { Button, useComputedColorScheme } from '@mantine/core'
import { IconAlertTriangle, IconPlus } from '@tabler/icons-react'
import {
  Background,
  Controls,
  Handle,
  Position,
  ReactFlow,
  SelectionMode,
  type Connection,
  type Edge,
  type FinalConnectionState,
  type Node,
  type NodeProps,
  type ReactFlowInstance,
} from '@xyflow/react'
import { createContext, memo, use, useEffect, useMemo, useRef, useState } from 'react'
import { stageTypeName } from '@/features/execution/stageTypes'
import { useT } from '@/i18n'
import { layout } from '@/lib/graph'
import { sized } from '@/lib/sized'
import { refOf, requiredBy, textOf, wouldCycle, type StageConfig, type Stages } from './model'
import type { Problem } from './problems'
import { StageIcon } from './StageIcon'
import { isArrow, neighbour } from './walk'
import type { StageType } from './stageKinds'
import classes from './Graph.module.css'

type Data = {
  stage: StageConfig
  type: StageType | undefined
  problem: string | undefined
  severity: Problem['severity'] | undefined
}
type StageNode = Node<Data, 'stage'>

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

const [across, down, width, height] = [300, 84, 220, 60]
const size = sized(width, height)
const many = 150
const readable = 12
const Add = createContext<((from?: string, to?: string) => void) | undefined>(undefined)

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
  const scheme = useComputedColorScheme('light')
  const flow = useRef<ReactFlowInstance<StageNode>>(undefined)
  const shape = useMemo(
    () => [...stages].map(([id, s]) => `${id}<${requiredBy(s).join(',')}`).join(';'),
    [stages],
  )
  // Places change with the shape alone, not with what is written into a stage.
  const placed = useMemo(
    () => layout([...stages].map(([id, s]) => ({ refId: id, requisiteStageRefIds: requiredBy(s) }))),
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [shape],
  )
  const chosen = useMemo(() => new Set(selected), [selected])
  const [line, setLine] = useState<string>()
  const nodes = useMemo<StageNode[]>(() => {
    return placed.nodes.flatMap(({ stage: at, level, row }) => {
      const stage = stages.get(at.refId)
      if (!stage) return []
      const found = problems.get(at.refId) ?? []
      return [
        {
          id: at.refId,
          type: 'stage' as const,
          position: { x: level * across, y: row * down },
          ...size,
          selected: chosen.has(at.refId),
          data: {
            stage,
            type: types.get(textOf(stage.type)),
            problem: found[0]?.message,
            severity: found.some((p) => p.severity === 'error') ? ('error' as const) : found[0]?.severity,
          },
          draggable: false,
          ariaLabel: textOf(stage.name) || textOf(stage.type),
        },
      ]
    })
  }, [placed, stages, types, problems, chosen])
  const edges = useMemo<Edge[]>(() => {
    const drawn = new Set(placed.edges.map(({ from, to }) => `${from}>${to}`))
    // Lines of a circle are drawn too, to be taken away.
    return placed.nodes.flatMap(({ stage: { refId: to, requisiteStageRefIds: required } }) =>
      [...new Set(required)]
        .filter((from) => stages.has(from) && from !== to)
        .map((from) => {
          const id = `${from}>${to}`
          return {
            id,
            source: from,
            target: to,
            selected: id === line,
            interactionWidth: 18,
            ariaLabel: id,
            className: drawn.has(id) ? undefined : classes.circle,
          }
        }),
    )
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [placed, line])
  // What is too wide to be read whole is shown from its beginning.
  const beginning =
    placed.levels > readable
      ? placed.nodes.filter((n) => n.level < readable / 2).map((n) => ({ id: n.stage.refId }))
      : []
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
  // The focus goes with the selection; a stage that is out of sight is brought in first.
  const goTo = (id: string) => {
    const find = () =>
      frame.current?.querySelector<HTMLElement>(`.react-flow__node[data-id="${CSS.escape(id)}"]`)
    const focus = () => {
      find()?.focus({ preventScroll: true })
    }
    const at = placed.nodes.find((n) => n.stage.refId === id)
    if (!flow.current || !at) return
    const box = find()?.getBoundingClientRect()
    const seen = frame.current?.getBoundingClientRect()
    if (
      box &&
      seen &&
      box.left >= seen.left &&
      box.right <= seen.right &&
      box.top >= seen.top &&
      box.bottom <= seen.bottom
    )
      focus()
    else
      void flow.current
        .setCenter(at.level * across + width / 2, at.row * down + height / 2, {
          zoom: flow.current.getZoom(),
        })
        .then(() => {
          requestAnimationFrame(focus)
        })
  }
  const drawn = (_: unknown, state: FinalConnectionState) => {
    // A line that ends where nothing is asks for a stage to be there.
    if (!state.isValid && state.fromNode && !state.toNode) {
      if (state.fromHandle?.type === 'source') add(state.fromNode.id)
      else add(undefined, state.fromNode.id)
    }
  }
  return (
    <div ref={frame} className={classes.graph} role="group" aria-label={t('execution.graph')}>
      <Add value={locked ? undefined : add}>
        <ReactFlow
          nodes={nodes}
          edges={edges}
          nodeTypes={nodeTypes}
          colorMode={scheme}
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
            setLine(edge.id)
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
          onKeyDown={(event) => {
            const focused =
              event.target instanceof HTMLElement && event.target.matches('.react-flow__node')
                ? event.target.dataset['id']
                : undefined
            if (isArrow(event.key)) {
              const to = neighbour(placed, focused ?? selected.at(-1), event.key)
              if (to === undefined) return
              event.preventDefault()
              event.stopPropagation()
              select(event.shiftKey ? [...new Set([...selected, to])] : [to])
              goTo(to)
            } else if (focused !== undefined && (event.key === 'Enter' || event.key === ' ')) {
              event.preventDefault()
              select(event.shiftKey ? [...new Set([...selected, focused])] : [focused])
            } else if (focused !== undefined && event.key === '+' && !locked) {
              event.preventDefault()
              add(focused)
            } else if ((event.key === 'Delete' || event.key === 'Backspace') && !locked) {
              const at = edges.find((e) => e.id === line)
              if (at) {
                disconnect([{ from: at.source, to: at.target }])
                setLine(undefined)
              } else if (selected.length > 0) remove(selected)
              else if (focused !== undefined) remove([focused])
            }
          }}
        >
          <Background gap={20} size={1} className={classes.dots} />
          <Controls showInteractive={false} className={classes.controls} />
        </ReactFlow>
      </Add>
      {line !== undefined && !locked && (
        <div className={classes.line}>
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconPlus size={14} />}
            onClick={() => {
              const e = edges.find((x) => x.id === line)
              if (e) add(e.source, e.target)
            }}
          >
            {t('editor.insert')}
          </Button>
          <Button
            size="compact-sm"
            variant="default"
            color="red"
            onClick={() => {
              const e = edges.find((x) => x.id === line)
              if (e) disconnect([{ from: e.source, to: e.target }])
              setLine(undefined)
            }}
          >
            {t('editor.disconnect')}
          </Button>
        </div>
      )}
    </div>
  )
}

const StageCard = memo(function StageCard({
  id,
  data: { stage, type, problem, severity },
  selected,
}: NodeProps<StageNode>) {
  const t = useT()
  const add = use(Add)
  const name = textOf(stage.type)
  const label = stageTypeName(t, name)
  return (
    <div
      className={classes.node}
      data-selected={selected || undefined}
      data-severity={severity}
      title={problem}
    >
      <Handle type="target" position={Position.Left} className={classes.handle} />
      <StageIcon name={name} type={type} />
      <span className={classes.words}>
        <span className={`cut ${classes.name}`}>{textOf(stage.name) || label}</span>
        <span className={`cut muted ${classes.type}`}>{label === name ? (type?.label ?? name) : label}</span>
      </span>
      {severity && <IconAlertTriangle size={16} className={classes.problem} aria-label={problem} />}
      <Handle type="source" position={Position.Right} className={classes.handle} />
      {add && (
        <button
          type="button"
          className={`nodrag ${classes.add}`}
          aria-label={t('editor.addAfter', { name: textOf(stage.name) })}
          onClick={(e) => {
            e.stopPropagation()
            add(id)
          }}
        >
          <IconPlus size={13} />
        </button>
      )}
    </div>
  )
})

const nodeTypes = { stage: StageCard }
