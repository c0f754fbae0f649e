import { expect, test } from 'vitest'
import { crumbsOf } from './crumbs'
import { isIn, places } from './places'

test.each([
  ['/', {}],
  ['/runs', {}],
  ['/applications', {}],
  ['/applications/shop', { app: 'shop' }],
  ['/applications/shop/executions', { app: 'shop' }],
  ['/applications/shop/executions/01J', { app: 'shop', runId: '01J' }],
  ['/applications/shop/executions/01J/compare', { app: 'shop', runId: '01J' }],
  ['/applications/shop/pipelines/a%2Fb/edit', { app: 'shop', pipelineId: 'a/b', edits: true }],
  ['/applications/shop/pipelines/a', { app: 'shop', pipelineId: 'a' }],
  ['/applications/sh%20op/pipelines', { app: 'sh op' }],
  ['/applications/100%', { app: '100%' }],
])('the way to %s', (path, where) => {
  expect(crumbsOf(path)).toEqual(where)
})

test.each([
  ['/', 'nav.applications'],
  ['/new', 'nav.applications'],
  ['/applications/runs', 'nav.applications'],
  ['/runs', 'nav.runs'],
  ['/accounts/prod', 'nav.accounts'],
  ['/runsx', undefined],
  ['/about', undefined],
])('%s is in %s', (path, label) => {
  expect(places.filter((p) => isIn(p, path)).map((p) => p.label)).toEqual(label ? [label] : [])
})
