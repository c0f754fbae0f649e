import { expect, test } from 'vitest'
import { fromDeck } from './deckPaths'

test.each([
  ['/applications/shop/executions/details/01J', '/applications/shop/executions/01J'],
  ['/applications/shop/executions/configure/p1', '/applications/shop/pipelines/p1/edit'],
  ['/applications/shop/clusters', '/applications/shop/infrastructure'],
  ['/applications/shop/loadBalancers', '/applications/shop/infrastructure?kind=loadBalancers'],
  ['/applications/shop/firewalls', '/applications/shop/infrastructure?kind=firewalls'],
  ['/applications/shop/config', '/applications/shop/settings'],
  ['/applications/shop/executions', '/applications/shop/executions'],
  ['/runs', '/runs'],
])('%s leads to %s', (path, want) => {
  expect(fromDeck(path)).toBe(want)
})
