import { expect, test } from 'vitest'
import { healthOf, isBehind, problemOf, type Condition } from './health'
import { isIdle, listed, type Listed } from './listing'
import type { Account } from './watch'

const since = '2026-11-30T12:03:00Z'
const condition = (type: string, status: Condition['status'], reason = 'R', message = ''): Condition => ({
  type,
  status,
  reason,
  message,
  lastTransitionTime: since,
})
const ready = [condition('Ready', 'True', 'CheckPassed')]
const away = [
  condition('Authorized', 'Unknown'),
  condition('Reachable', 'False', 'ConnectionFailed', 'no route'),
  condition('Ready', 'False', 'ConnectionFailed', 'no route'),
]
const limited = [
  condition('Ready', 'True', 'PermissionsMissing', '3 are missing'),
  condition('Authorized', 'False', 'PermissionsMissing', '3 are missing'),
]

const cluster = (name: string, state: string, error?: string): Account => ({
  name,
  type: 'kubernetes',
  watch: { state, error, since },
})

test('conditions come to a word', () => {
  expect(healthOf(undefined)).toBeUndefined()
  expect(healthOf([])).toBeUndefined()
  expect(healthOf([condition('Ready', 'Unknown')])).toBeUndefined()
  expect(healthOf(ready)).toEqual({
    word: 'ready',
    tone: 'good',
    message: undefined,
    since: Date.parse(since),
  })
  expect(healthOf(away)).toEqual({
    word: 'unreachable',
    tone: 'bad',
    message: 'no route',
    since: Date.parse(since),
  })
  expect(healthOf(limited)).toMatchObject({ word: 'limited', tone: 'wait' })
  expect(healthOf([condition('Ready', 'False'), condition('Authorized', 'False')])).toMatchObject({
    word: 'unauthorized',
    tone: 'bad',
  })
  expect(healthOf([condition('Ready', 'False', 'InvalidDefinition', 'no key')])).toMatchObject({
    word: 'notReady',
    tone: 'bad',
    message: 'no key',
  })
})

test('a problem is what was found, and else what the watch tells', () => {
  const account = (more: Partial<Listed>): Listed => ({ name: 'a', type: 'kubernetes', title: '', ...more })
  expect(
    problemOf(account({ conditions: away, cloud: cluster('a', 'down', 'watch pods: no route') })),
  ).toEqual({ text: 'no route', tone: 'bad', since: Date.parse(since) })
  expect(problemOf(account({ conditions: limited }))).toMatchObject({ text: '3 are missing', tone: 'wait' })
  expect(
    problemOf(account({ conditions: ready, cloud: cluster('a', 'degraded', 'watch pods: forbidden') })),
  ).toEqual({ text: 'watch pods: forbidden', tone: 'wait', since: Date.parse(since) })
  expect(problemOf(account({ conditions: ready, cloud: cluster('a', 'live') }))).toBeUndefined()
  expect(isBehind(account({ cloud: cluster('a', 'connecting') }))).toBe(true)
  expect(isBehind(account({ cloud: cluster('a', 'live') }))).toBe(false)
  expect(isBehind(account({}))).toBe(false)
})

test('the list has how each account is, also of those that no other list has', () => {
  const all = listed({
    cloud: [cluster('good', 'live'), cluster('off', 'live')],
    stored: [{ name: 'lost', type: 'artifacts.http' }],
    artifacts: [
      { name: 'good', types: ['http/file'] },
      { name: 'new', types: ['new/kind'] },
    ],
    types: [{ type: 'artifacts.http', title: 'HTTP account', section: '', schema: {} }],
    states: [
      { type: 'kubernetes', name: 'off', settled: true, conditions: away },
      { type: 'kubernetes', name: 'good', settled: true, conditions: ready },
      {
        type: 'artifacts.http',
        name: 'lost',
        settled: true,
        conditions: [condition('Ready', 'False', 'InvalidDefinition', 'no key')],
      },
      { type: 'artifacts.new', name: 'new', settled: true, conditions: limited },
      { type: 'artifacts.docker', name: 'hub', settled: true, conditions: ready },
    ],
  })
  expect(all.map((a) => [a.name, a.type, healthOf(a.conditions)?.word, isIdle(a)])).toEqual([
    ['lost', 'artifacts.http', 'notReady', false],
    ['off', 'kubernetes', 'unreachable', false],
    ['new', 'new/kind', 'limited', false],
    ['good', 'kubernetes', 'ready', false],
    ['good', 'artifacts.http', undefined, false],
    ['hub', 'artifacts.docker', 'ready', false],
  ])
})
