import { expect, test } from 'vitest'
import type { RollbackObject, RollbackPlan } from '@/api/rollback'
import en from '@/i18n/rollback.en'
import { actionOf, changed, revisionName, shortImage } from './names'
import type { RollbackT } from './texts'

const t = ((key: 'to', values?: Record<string, unknown>) =>
  en[key].replace(/\{(\w+)\}/g, (_, name: string) => String(values?.[name]))) as unknown as RollbackT

const object = (more: Partial<RollbackObject> = {}): RollbackObject => ({
  account: 'prod',
  location: 'shop',
  name: 'deployment web',
  verdict: 'ready',
  current: { number: 2, name: 'web-2', images: ['nginx:1.28'] },
  target: { number: 1, name: 'web-1', images: ['registry.example.com:5000/team/nginx:1.27'] },
  ...more,
})
const plan = (objects: RollbackObject[], more: Partial<RollbackPlan> = {}): RollbackPlan => ({
  verdict: 'ready',
  application: 'shop',
  objects,
  running: false,
  description: '',
  jobs: [{ type: 'undoRolloutManifest' }],
  ...more,
})

test('a roll back names its target', () => {
  expect(actionOf(t, plan([object()]))).toBe('Roll back to nginx:1.27 (revision 1)')
  expect(actionOf(t, plan([object(), object({ name: 'deployment api' })]))).toBe('Roll back 2 workloads')
  expect(actionOf(t, plan([object({ verdict: 'rolledBack' })], { verdict: 'rolledBack' }))).toBe(
    'Return to nginx:1.27 (revision 1)',
  )
  expect(actionOf(t, plan([object({ verdict: 'superseded' })], { verdict: 'superseded', jobs: [] }))).toBe(
    undefined,
  )
})

test('versions are named by their ReplicaSet', () => {
  const blue = { number: 1, name: 'web-v001', images: ['web:1'] }
  expect(revisionName(t, blue, { name: 'replicaSet web-v002' })).toBe('web:1 (web-v001)')
})

test('what stays as it is is no change', () => {
  const service = object({ name: 'service web', verdict: 'notChanged', target: undefined })
  expect(changed(plan([service, object()]))).toHaveLength(1)
})

test('digests are short', () => {
  expect(shortImage(`r.example.com/web@sha256:${'ab12'.repeat(16)}`)).toBe('web@ab12ab1')
})
