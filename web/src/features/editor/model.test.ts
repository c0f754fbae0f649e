import { expect, test } from 'vitest'
import {
  addStage,
  changeStage,
  connect,
  copyOf,
  disconnect,
  idsOf,
  insertBetween,
  moved,
  oddStages,
  pasteStages,
  removeStages,
  renumber,
  requiredBy,
  same,
  setField,
  stagesById,
  stagesOf,
  withRefs,
  wouldCycle,
  type Json,
} from './model'

const stage = (refId: string, ...requisiteStageRefIds: string[]) => ({
  refId,
  name: `s${refId}`,
  type: 'wait',
  requisiteStageRefIds,
})
const pipeline = (...stages: Json[]): Json => ({ name: 'p', strange: { kept: true }, stages })
const shape = (p: Json) => Object.fromEntries(stagesOf(p).map((s) => [s.refId, requiredBy(s)]))

test('a stage is added after others, under a number of its own', () => {
  const { pipeline: got, id } = addStage(pipeline(stage('1'), stage('9', '1')), { type: 'wait' }, ['9'])
  expect(id).toBe('10')
  expect(shape(got)).toEqual({ 1: [], 9: ['1'], 10: ['9'] })
  expect(got['strange']).toEqual({ kept: true })
})

test('a stage is put between two', () => {
  const { pipeline: got } = insertBetween(pipeline(stage('1'), stage('2', '1')), { type: 'wait' }, '1', '2')
  expect(shape(got)).toEqual({ 1: [], 2: ['3'], 3: ['1'] })
})

test('what came after a removed stage comes after what was before it', () => {
  expect(
    shape(
      removeStages(pipeline(stage('1'), stage('2', '1'), stage('3', '2'), stage('4', '3', '1')), ['2', '3']),
    ),
  ).toEqual({ 1: [], 4: ['1'] })
  expect(
    shape(removeStages(pipeline(stage('1', '2'), stage('2', '1'), stage('3', '2')), ['1', '2'])),
  ).toEqual({ 3: [] })
})

test('circles are refused', () => {
  const p = pipeline(stage('1'), stage('2', '1'), stage('3', '2'))
  expect(wouldCycle(stagesOf(p), '3', '1')).toBe(true)
  expect(wouldCycle(stagesOf(p), '1', '1')).toBe(true)
  expect(wouldCycle(stagesOf(p), '1', '3')).toBe(false)
  expect(connect(p, '3', '1')).toBe(p)
  expect(connect(p, 'gone', '1')).toBe(p)
  expect(connect(p, '1', 'gone')).toBe(p)
  expect(shape(connect(p, '1', '3'))['3']).toEqual(['2', '1'])
  expect(shape(connect(connect(p, '1', '3'), '1', '3'))['3']).toEqual(['2', '1'])
  expect(shape(disconnect(p, '2', '3'))['3']).toEqual([])
})

test('copies keep the lines among them, and get names and references of their own', () => {
  const p = pipeline(stage('1'), stage('2', '1'), stage('3', '2'))
  const { pipeline: got, ids } = pasteStages(p, stagesOf(p).slice(1), ['3'])
  expect(ids).toEqual(['4', '5'])
  expect(shape(got)).toMatchObject({ 4: ['3'], 5: ['4'] })
  expect(stagesOf(got).map((s) => s.name)).toEqual(['s1', 's2', 's3', 's2 2', 's3 2'])
})

test('a pipeline without references is a line', () => {
  expect(shape(withRefs({ stages: [{ type: 'wait' }, { type: 'wait' }] }))).toEqual({ 1: [], 2: ['1'] })
  const given = pipeline(stage('a'))
  expect(withRefs(given)).toBe(given)
})

test('a copy of a pipeline is nobody’s', () => {
  expect(
    copyOf(
      { id: 'x', name: 'old', updateTs: '1', triggers: [{ id: 't', type: 'git' }], locked: {}, more: 1 },
      'new',
    ),
  ).toEqual({ name: 'new', triggers: [{ type: 'git' }], more: 1 })
})

test('fields are set and taken away', () => {
  expect(setField({ a: 1 }, 'b', 2)).toEqual({ a: 1, b: 2 })
  expect(setField({ a: 1, b: 2 }, 'b', undefined)).toEqual({ a: 1 })
})

test('the order of keys says nothing', () => {
  expect(same({ a: [1, { b: 2 }], c: null }, { c: null, a: [1, { b: 2 }] })).toBe(true)
  expect(same({ a: undefined }, {})).toBe(false)
  expect(same([1], { 0: 1 })).toBe(false)
})

test('a thousand stages are edited at once', () => {
  const stages = Array.from({ length: 1000 }, (_, i) => stage(String(i + 1), ...(i > 0 ? [String(i)] : [])))
  const began = process.cpuUsage()
  expect(wouldCycle(stages, '1000', '1')).toBe(true)
  expect(
    stagesOf(
      removeStages(
        pipeline(...stages),
        stages.slice(1, 999).map((s) => s.refId),
      ),
    ),
  ).toHaveLength(2)
  // The time of the processor, in microseconds: others may keep it busy meanwhile.
  expect(process.cpuUsage(began).user).toBeLessThan(500_000)
})

test('stages with the same refId are told apart, and each is changed alone', () => {
  const p = pipeline(stage('1'), stage('1'), { type: 'wait' }, stage('2', '1'))
  expect(idsOf(p)).toEqual(['1', '1#1', '#2', '2'])
  const changed = changeStage(p, '1#1', (s) => ({ ...s, name: 'second' }))
  expect(stagesOf(changed).map((s) => s.name)).toEqual(['s1', 'second', undefined, 's2'])
  expect(idsOf(removeStages(p, ['1#1', '#2']))).toEqual(['1', '2'])
  expect(shape(removeStages(p, ['1']))).toMatchObject({ 2: ['1'] })
  expect(connect(p, '1#1', '2')).toBe(p)
  const done = renumber(p, '1#1')
  expect(done.id).toBe('3')
  expect([...stagesById(done.pipeline).keys()]).toEqual(['1', '3', '#2', '2'])
})

test('what is no stage stays where it is', () => {
  const p: Json = { stages: [null, stage('1'), 'text', stage('2', '1')], more: 1 }
  expect(stagesOf(p)).toHaveLength(2)
  const changed = removeStages(
    changeStage(p, '1', (s) => ({ ...s, name: 'x' })),
    ['2'],
  )
  expect(changed).toEqual({ stages: [null, { ...stage('1'), name: 'x' }, 'text'], more: 1 })
  expect(addStage(p, { type: 'wait' }, []).pipeline['stages']).toHaveLength(5)
  expect(withRefs({ stages: [null, { type: 'wait' }] })).toEqual({ stages: [null, { type: 'wait' }] })
  expect([
    oddStages({ stages: null }),
    oddStages({}),
    oddStages({ stages: {} }),
    oddStages({ stages: 'x' }),
  ]).toEqual([false, false, true, true])
})

test('numbers are references too', () => {
  const p: Json = {
    stages: [
      { refId: 1, requisiteStageRefIds: [], odd: [] },
      { refId: 2, requisiteStageRefIds: [1] },
    ],
  }
  expect(shape(p)).toEqual({ 1: [], 2: ['1'] })
  expect(changeStage(p, '2', (s) => ({ ...s, name: 'x' }))).toEqual({
    stages: [
      { refId: 1, requisiteStageRefIds: [], odd: [] },
      { refId: 2, requisiteStageRefIds: [1], name: 'x' },
    ],
  })
  expect(shape(removeStages(p, ['1']))).toEqual({ 2: [] })
})

test('members of a list are moved', () => {
  expect(moved(['a', 'b', 'c'], 0, 1)).toEqual(['b', 'a', 'c'])
  expect(moved(['a', 'b', 'c'], 2, 0)).toEqual(['c', 'a', 'b'])
  expect(moved([null, 'b'], 0, 1)).toEqual(['b', null])
  expect(moved(['a'], 5, 0)).toEqual(['a'])
})
