import { expect, test } from 'vitest'
import { layout } from '@/components/graph/layout'
import { isArrow, neighbour } from './walk'

const stage = (refId: string, ...requisiteStageRefIds: string[]) => ({ refId, requisiteStageRefIds })
const graph = layout([stage('1'), stage('2', '1'), stage('3', '1'), stage('4', '2', '3'), stage('5')], {
  width: 200,
  height: 60,
  across: 80,
  down: 24,
})

test.each([
  [undefined, 'ArrowRight', '1'],
  ['gone', 'ArrowLeft', '1'],
  ['1', 'ArrowRight', '2'],
  ['2', 'ArrowDown', '3'],
  ['3', 'ArrowUp', '2'],
  ['3', 'ArrowRight', '4'],
  ['4', 'ArrowLeft', '2'],
  ['4', 'ArrowRight', undefined],
  ['1', 'ArrowUp', undefined],
  ['1', 'ArrowDown', '5'],
] as const)('from %s by %s to %s', (from, arrow, to) => {
  expect(neighbour(graph, from, arrow)).toBe(to)
})

test('other keys are no arrows', () => {
  expect(isArrow('Enter')).toBe(false)
  expect(isArrow('ArrowUp')).toBe(true)
})
