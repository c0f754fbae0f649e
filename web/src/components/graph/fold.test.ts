import { expect, test } from 'vitest'
import { finishedOf, foldInto, groupsOf, type Foldable } from './fold'

type Stage = Foldable & { requisiteStageRefIds: string[] }
const stage = (refId: string, requires: string, more: Partial<Foldable> = {}): Stage => ({
  id: `id-${refId}`,
  refId,
  requisiteStageRefIds: requires === '' ? [] : requires.split(' '),
  ...more,
})
const drawn = (units: ReturnType<typeof foldInto<Stage>>) =>
  units.map((u) => `${u.refId} < ${u.requisiteStageRefIds.join(' ')}`)

test('a group is one card in the place of its stages', () => {
  const stages = [
    stage('1', ''),
    stage('2', '1', { group: 'Test' }),
    stage('3', '1', { group: 'Test' }),
    stage('4', '2 3', { group: 'Test' }),
    stage('5', '4'),
    stage('6', '5', { group: 'Alone' }),
  ]
  const groups = groupsOf(stages)
  expect(groups.map((g) => [g.name, g.members.map((m) => m.refId)])).toEqual([['Test', ['2', '3', '4']]])
  expect(drawn(foldInto(stages, groups))).toEqual(['1 < ', 'group:Test < 1', '5 < group:Test', '6 < 5'])
})

test('groups that would come before and after another are left open', () => {
  const around = [stage('1', '', { group: 'A' }), stage('2', '1'), stage('3', '2', { group: 'A' })]
  expect(foldInto(around, groupsOf(around))).toHaveLength(3)
  const crossed = [
    stage('a1', '', { group: 'A' }),
    stage('b1', 'a1', { group: 'B' }),
    stage('b2', '', { group: 'B' }),
    stage('a2', 'b2', { group: 'A' }),
  ]
  expect(drawn(foldInto(crossed, groupsOf(crossed)))).toEqual(['group:A < b2', 'b1 < group:A', 'b2 < '])
})

test('the finished part of a run is folded, and nothing that waits on the unfinished', () => {
  const done = { status: 'SUCCEEDED' }
  const stages = [
    stage('1', '', done),
    stage('2', '1', done),
    stage('3', '1', { status: 'SKIPPED' }),
    stage('4', '2 3', { status: 'RUNNING' }),
    stage('5', '1', { status: 'TERMINAL' }),
    stage('6', '5', done),
    stage('x', '', done),
    stage('y', 'x', done),
    stage('z', 'y', { status: 'NOT_STARTED' }),
  ]
  const folds = finishedOf(stages)
  expect(folds.map((f) => f.members.map((m) => m.refId))).toEqual([
    ['1', '2', '3'],
    ['x', 'y'],
  ])
  expect(drawn(foldInto(stages, folds))).toEqual([
    'finished:1 < ',
    '4 < finished:1',
    '5 < finished:1',
    '6 < 5',
    'finished:x < ',
    'z < finished:x',
  ])
})

test('a stage is in one fold only, and circles do no harm', () => {
  const stages = [
    stage('1', '', { group: 'A', status: 'SUCCEEDED' }),
    stage('2', '1', { group: 'A', status: 'SUCCEEDED' }),
    stage('3', '2', { status: 'SUCCEEDED' }),
    stage('4', '5'),
    stage('5', '4'),
  ]
  const units = foldInto(stages, [...groupsOf(stages), ...finishedOf(stages)])
  expect(drawn(units)).toEqual(['group:A < ', '3 < group:A', '4 < 5', '5 < 4'])
})
