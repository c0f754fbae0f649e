import { expect, test } from 'vitest'
import { choiceOf, projectOf, valuesOf } from './project'

test('a project keeps what its form does not have', () => {
  const before = {
    id: '1',
    name: 'store',
    email: 'a@b',
    extra: true,
    config: {
      applications: ['shop', 'cart'],
      more: 1,
      clusters: [
        { account: 'prod', stack: 'main', detail: '*', applications: ['shop'] },
        { account: 'test', stack: '*', detail: '*', applications: null },
      ],
      pipelineConfigs: [{ application: 'shop', pipelineConfigId: 'p / 1' }],
    },
  }
  const values = valuesOf(before)
  expect(values.pipelines).toEqual([choiceOf('shop', 'p / 1')])
  expect(projectOf(values, before)).toEqual(before)
})

test('a pipeline goes with its application, and a cluster without an account is none', () => {
  const made = projectOf({
    name: ' store ',
    email: '',
    applications: ['cart'],
    clusters: [
      { account: '', stack: '*', detail: '*' },
      { account: 'prod', stack: '*', detail: '' },
    ],
    pipelines: [choiceOf('shop', '1'), choiceOf('cart', '2')],
  })
  expect(made).toEqual({
    name: 'store',
    email: '',
    config: {
      applications: ['cart'],
      clusters: [{ account: 'prod', stack: '*', detail: '', applications: null }],
      pipelineConfigs: [{ application: 'cart', pipelineConfigId: '2' }],
    },
  })
})

test('an empty form is that of no project', () => {
  expect(valuesOf()).toEqual({ name: '', email: '', applications: [], clusters: [], pipelines: [] })
})
