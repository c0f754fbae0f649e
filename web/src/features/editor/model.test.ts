import { expect, test } from 'vitest'
import { addStage, connect, copyOf, disconnect, insertBetween, pasteStages, removeStages, requiredBy, same, setField, stagesOf, withRefs, wouldCycle, type Json } from './model'

const stage = (refId: string, ...requisiteStageRefIds: string[]) => ({ refId, name: `s${refId}`, type: 'wait', requisiteStageRefIds })
const pipeline = (...stages: Json[]): Json => ({ name: 'p', strange: { kept: true }, stages })
const shape = (p: Json) => Object.fromEntries(stagesOf(p).map((s) => [s.refId, requiredBy(s)]))

test('a stage is added after others, under a number of its own', () => {
  const { pipeline: got, ref } = addStage(pipeline(stage('1'), stage('9', '1')), { type: 'wait' }, ['9'])
  expect(ref).toBe('10')
  expect(shape(got)).toEqual({ 1: [], 9: ['1'], 10: ['9'] })
  expect(got['strange']).toEqual({ kept: true })
})

test('a stage is put between two', () => {
  const { pipeline: got } = insertBetween(pipeline(stage('1'), stage('2', '1')), { type: 'wait' }, '1', '2')
  expect(shape(got)).toEqual({ 1: [], 2: ['3'], 3: ['1'] })
})

test('what came after a removed stage comes after what was before it', () => {
  expect(shape(removeStages(pipeline(stage('1'), stage('2', '1'), stage('3', '2'), stage('4', '3', '1')), ['2', '3']))).toEqual({ 1: [], 4: ['1'] })
  expect(shape(removeStages(pipeline(stage('1', '2'), stage('2', '1'), stage('3', '2')), ['1', '2']))).toEqual({ 3: [] })
})

test('circles are refused', () => {
  const p = pipeline(stage('1'), stage('2', '1'), stage('3', '2'))
  expect(wouldCycle(stagesOf(p), '3', '1')).toBe(true)
  expect(wouldCycle(stagesOf(p), '1', '1')).toBe(true)
  expect(wouldCycle(stagesOf(p), '1', '3')).toBe(false)
  expect(connect(p, '3', '1')).toBe(p)
  expect(connect(p, 'gone', '1')).toBe(p)
  expect(shape(connect(p, '1', '3'))['3']).toEqual(['2', '1'])
  expect(shape(connect(connect(p, '1', '3'), '1', '3'))['3']).toEqual(['2', '1'])
  expect(shape(disconnect(p, '2', '3'))['3']).toEqual([])
})

test('copies keep the lines among them, and get names and references of their own', () => {
  const p = pipeline(stage('1'), stage('2', '1'), stage('3', '2'))
  const { pipeline: got, refs } = pasteStages(p, stagesOf(p).slice(1), ['3'])
  expect(refs).toEqual(['4', '5'])
  expect(shape(got)).toMatchObject({ 4: ['3'], 5: ['4'] })
  expect(stagesOf(got).map((s) => s.name)).toEqual(['s1', 's2', 's3', 's2 2', 's3 2'])
})

test('a pipeline without references is a line', () => {
  expect(shape(withRefs({ stages: [{ type: 'wait' }, { type: 'wait' }] }))).toEqual({ 1: [], 2: ['1'] })
  const given = pipeline(stage('a'))
  expect(withRefs(given)).toBe(given)
})

test('a copy of a pipeline is nobody’s', () => {
  expect(copyOf({ id: 'x', name: 'old', updateTs: '1', triggers: [{ id: 't', type: 'git' }], locked: {}, more: 1 }, 'new')).toEqual({ name: 'new', triggers: [{ type: 'git' }], more: 1 })
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
  const began = performance.now()
  expect(wouldCycle(stages, '1000', '1')).toBe(true)
  expect(stagesOf(removeStages(pipeline(...stages), stages.slice(1, 999).map((s) => s.refId)))).toHaveLength(2)
  expect(performance.now() - began).toBeLessThan(200)
})
