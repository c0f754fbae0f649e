import { expect, test } from 'vitest'
import { columns, spread } from './columns'
import { layout, type Layout } from './layout'
import { levelsOf } from './levels'

const spacing = { width: 200, height: 60, across: 80, down: 24 }
type Stage = { refId?: string; requisiteStageRefIds: string[] }
const stage = (refId: string, ...requisiteStageRefIds: string[]) => ({ refId, requisiteStageRefIds })
const places = (stages: Stage[]) =>
  Object.fromEntries(layout(stages, spacing).nodes.map((n) => [n.stage.refId, [n.level, n.y]]))
const middle = (n: { y: number } | undefined) => (n?.y ?? NaN) + spacing.height / 2

test('a chain is a straight line', () => {
  expect(places([stage('1'), stage('2', '1'), stage('3', '2')])).toEqual({ 1: [0, 0], 2: [1, 0], 3: [2, 0] })
})

test('branches stand around the middle of what they leave and meet in', () => {
  const got = layout([stage('a'), stage('b', 'a'), stage('c', 'a'), stage('d', 'b', 'c')], spacing)
  const by = new Map(got.nodes.map((n) => [n.stage.refId, n]))
  expect(by.get('b')?.x).toBe(by.get('c')?.x)
  expect(by.get('b')?.y).not.toBe(by.get('c')?.y)
  const between = (middle(by.get('b')) + middle(by.get('c'))) / 2
  expect(middle(by.get('a'))).toBeCloseTo(between, 0)
  expect(middle(by.get('d'))).toBeCloseTo(between, 0)
  expect(got).toMatchObject({ levels: 3, width: 3 * 200 + 2 * 80, height: 2 * 60 + 24 })
})

test('stages stand in the order of the pipeline unless lines would cross', () => {
  const got = places([stage('1'), stage('2', '1'), stage('3', '1'), stage('4', '2', '3'), stage('5')])
  expect(got['2']?.[1]).toBeLessThan(got['3']?.[1] ?? NaN)
  expect(got['1']?.[1]).toBeLessThan(got['5']?.[1] ?? NaN)
  const crossing = places([stage('a'), stage('b'), stage('b2', 'b'), stage('a2', 'a')])
  expect(crossing['a2']?.[1]).toBe(crossing['a']?.[1])
  expect(crossing['b2']?.[1]).toBe(crossing['b']?.[1])
})

test('independent chains are no staircase', () => {
  const got = places([stage('a'), stage('b'), stage('a2', 'a'), stage('b2', 'b'), stage('a3', 'a2')])
  expect(got['a2']?.[1]).toBe(got['a']?.[1])
  expect(got['a3']?.[1]).toBe(got['a']?.[1])
  expect(got['b2']?.[1]).toBe(got['b']?.[1])
})

test('a stage comes after the longest way to it', () => {
  expect(places([stage('1'), stage('2', '1'), stage('3', '1', '2')])['3']?.[0]).toBe(2)
})

/** What lines pass through cards other than their own: none should. */
function crossings<S extends Stage>({ nodes, edges }: Layout<S>): string[] {
  const by = new Map(nodes.map((n) => [n.stage.refId, n]))
  return edges.flatMap(({ from, to, points }) => {
    const [a, b] = [by.get(from), by.get(to)]
    if (!a || !b) return [`${from}>${to}: no card`]
    const way = [{ x: a.x + 200, y: middle(a) }, ...points, { x: b.x, y: middle(b) }]
    return way.slice(1).flatMap((end, i) => {
      const start = way[i]
      if (!start) return []
      return nodes
        .filter((n) => n !== a && n !== b)
        .filter((n) => start.x < n.x + 200 && end.x > n.x)
        .filter((n) => Math.max(start.y, end.y) > n.y && Math.min(start.y, end.y) < n.y + 60)
        .map((n) => `${from}>${to} passes through ${n.stage.refId ?? ''}`)
    })
  })
}

test('lines go around the cards between their ends', () => {
  const graphs = {
    shortcut: [stage('1'), stage('2', '1'), stage('3', '2'), stage('4', '3', '1')],
    shortcuts: Array.from({ length: 12 }, (_, i) => stage(String(i), ...(i > 0 ? ['0', String(i - 1)] : []))),
    mesh: Array.from({ length: 40 }, (_, i) =>
      stage(String(i), ...(i >= 5 ? [String(i - 5), String(i - ((i % 4) + 1))] : [])),
    ),
  }
  for (const [name, stages] of Object.entries(graphs)) {
    expect(crossings(layout(stages, spacing)), name).toEqual([])
  }
})

test('no two cards overlap', () => {
  for (const size of [1, 7, 60, 400]) {
    const stages = Array.from({ length: size }, (_, i) =>
      stage(String(i), ...(i >= 3 ? [String(i - 3), String(Math.floor(i / 2))] : [])),
    )
    const { nodes } = layout(stages, spacing)
    const cells = new Map<number, number[]>()
    for (const n of nodes) cells.set(n.x, [...(cells.get(n.x) ?? []), n.y])
    for (const ys of cells.values()) {
      ys.sort((a, b) => a - b)
      for (const [i, y] of ys.slice(1).entries()) expect(y - (ys[i] ?? 0)).toBeGreaterThanOrEqual(60)
    }
  }
})

test('broken references, cycles and twins do no harm', () => {
  const { nodes, edges } = layout<Stage>(
    [
      stage('1', 'gone'),
      stage('2', '3'),
      stage('3', '2'),
      stage('4', '4', '4'),
      stage('1'),
      { requisiteStageRefIds: [] },
      stage('5', '2', '1', '1'),
    ],
    spacing,
  )
  expect(nodes).toHaveLength(7)
  expect(edges.map((e) => `${e.from}>${e.to}`)).toEqual(['2>5', '1>5'])
  expect(layout([], spacing)).toEqual({ nodes: [], edges: [], levels: 0, width: 0, height: 0 })
})

test('a thousand stages take a moment', () => {
  const graphs = {
    mesh: Array.from({ length: 1000 }, (_, i) =>
      stage(String(i), ...(i >= 10 ? [String(i - 10), String(i - ((i % 9) + 1))] : [])),
    ),
    chain: Array.from({ length: 1000 }, (_, i) => stage(String(i), ...(i > 0 ? [String(i - 1)] : []))),
    shortcuts: Array.from({ length: 1000 }, (_, i) =>
      stage(String(i), ...(i > 0 ? ['0', String(i - 1)] : [])),
    ),
    fan: Array.from({ length: 1000 }, (_, i) => stage(String(i), ...(i > 0 ? ['0'] : []))),
  }
  const began = process.cpuUsage()
  for (const stages of Object.values(graphs)) {
    const { nodes } = layout(stages, spacing)
    // No two stages in one place.
    expect(new Set(nodes.map((n) => `${n.x} ${n.y}`)).size).toBe(1000)
  }
  // The processor's time, in microseconds: others may keep it busy meanwhile.
  expect(process.cpuUsage(began).user).toBeLessThan(2_000_000)
})

test('large graphs are centred too', () => {
  const stages = [
    stage('root'),
    ...Array.from({ length: 9 }, (_, i) => stage(`b${i}`, 'root')),
    stage('end', ...Array.from({ length: 9 }, (_, i) => `b${i}`)),
  ]
  const y = columns(stages, levelsOf(stages), 84)
  const at = new Map([...y].map(([s, where]) => [s.refId, where]))
  expect(at.get('root')).toBeCloseTo(at.get('b4') ?? NaN)
  expect(at.get('end')).toBeCloseTo(at.get('b4') ?? NaN)
})

test('numbers are spread as little as need be', () => {
  expect(spread([0, 0, 0], 10)).toEqual([-10, 0, 10])
  expect(spread([0, 100], 10)).toEqual([0, 100])
  expect(spread([0, 1, 50], 10)).toEqual([-4.5, 5.5, 50])
  expect(spread([], 10)).toEqual([])
})
