import { expect, test } from 'vitest'
import type { Translate } from '@/i18n'
import type { StageType } from './stageKinds'
import { warningText } from './warningText'

const t: Translate = (key, values) => `${key} ${JSON.stringify(values)}`
const wait = { name: 'wait', schema: { properties: { waitTime: { type: 'number', title: 'Wait for' } } } }
const types = new Map([['wait', wait as unknown as StageType]])
const pipeline = {
  stages: [
    { type: 'wait', name: 'Pause (a: b)', waitTime: 'x' },
    { type: 'wait', name: '等待 é' },
    { type: 'dance', refId: '3' },
  ],
}

test.each([
  ['stages[0].waitTime (Pause (a: b)): must be a number', 'Pause (a: b), Wait for: must be a number'],
  ['stages[1].waitTime (?? ?): must be a number', '等待 é, Wait for: must be a number'],
  ['stages[2].stepSize: must be a number', 'dance, Step size: must be a number'],
  ['stages[2]: there is no stage type dance', 'dance: there is no stage type dance'],
  ['triggers[1].cronExpression: is missing', 'editor.place.triggers {"n":2}: is missing'],
  ['stages[9].x: is odd', 'stages[9].x: is odd'],
  ['Something else: is odd', 'Something else: is odd'],
  ['', ''],
])('%s', (text, want) => {
  expect(warningText(t, text, pipeline, types)).toBe(want)
})
