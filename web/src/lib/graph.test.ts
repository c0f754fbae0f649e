import { expect, test } from 'vitest'
import { layout, topLevel } from './graph'

const stage = (refId: string, ...requisiteStageRefIds: string[]) => ({ refId, requisiteStageRefIds })
const places = (stages: ReturnType<typeof stage>[]) =>
  Object.fromEntries(layout(stages).nodes.map((n) => [n.stage.refId, [n.level, n.row]]))

test('a chain is a line', () => {
  expect(places([stage('1'), stage('2', '1'), stage('3', '2')])).toEqual({ 1: [0, 0], 2: [1, 0], 3: [2, 0] })
})

test('branches stand side by side and meet', () => {
  const got = places([stage('a'), stage('b', 'a'), stage('c', 'a'), stage('d', 'b', 'c')])
  expect(got['b']?.[0]).toBe(1)
  expect(got['c']?.[0]).toBe(1)
  expect(got['b']?.[1]).not.toBe(got['c']?.[1])
  expect(got['d']?.[0]).toBe(2)
})

test('a stage comes after the longest way to it', () => {
  expect(places([stage('1'), stage('2', '1'), stage('3', '1', '2')])['3']).toEqual([2, 0])
})

test('broken references, cycles and twins do no harm', () => {
  const { nodes } = layout([
    stage('1', 'gone'),
    stage('2', '3'),
    stage('3', '2'),
    stage('4', '4'),
    stage('1'),
    { requisiteStageRefIds: [] },
  ])
  expect(nodes).toHaveLength(6)
})

test('a thousand stages take a moment', () => {
  const stages = Array.from({ length: 1000 }, (_, i) =>
    stage(String(i), ...(i >= 10 ? [String(i - 10), String(i - ((i % 9) + 1))] : [])),
  )
  const began = process.cpuUsage()
  const { nodes, edges } = layout(stages)
  expect(nodes).toHaveLength(1000)
  expect(edges.length).toBeGreaterThan(1500)
  // The time of the processor, in microseconds: others may keep it busy meanwhile.
  expect(process.cpuUsage(began).user).toBeLessThan(1_000_000)
  // No two stages in one place.
  expect(new Set(nodes.map((n) => `${n.level} ${n.row}`)).size).toBe(1000)
})

test('stages that the engine adds are left out', () => {
  expect(topLevel([{ parentStageId: '1' }, {}])).toHaveLength(1)
})
