import { expect, test } from 'vitest'
import { fromDeck, fromHash } from './deckPaths'

const app = '/applications/$app'
const shop = { app: 'shop' }
const run = { app: 'shop', id: '01J' }

test.each([
  // Other pages.
  ['/', '/', {}, {}],
  ['/search', '/', {}, {}],
  ['/search?q=shop%20api&tab=clusters', '/', {}, { find: 'shop api' }],
  ['/applications', '/', {}, {}],
  ['/applications?create=true', '/new', {}, {}],
  ['/projects', '/projects', {}, {}],
  ['/projects/P%2FQ/dashboard', '/projects/$project', { project: 'P/Q' }, {}],
  ['/projects/P', '/projects/$project', { project: 'P' }, {}],
  ['/executions/01J?refId=3', '/executions/$id', { id: '01J' }, { stage: '3' }],
  ['/tasks/01T', '/tasks/$id', { id: '01T' }, {}],
  [
    '/instance/kubernetes/prod/web/pod%20shop-1',
    '/instances/$account/$region/$name',
    { account: 'prod', region: 'web', name: 'pod shop-1' },
    {},
  ],
  ['/pipeline-templates', '/templates', {}, {}],
  ['/pipeline-templates/deploy', '/templates/$id', { id: 'deploy' }, {}],
  ['/account-management', '/accounts', {}, {}],
  // An application.
  ['/applications/shop', app, shop, {}],
  ['/applications/shop/', app, shop, {}],
  ['/applications/shop/config?section=notifications', `${app}/settings`, shop, {}],
  ['/applications/shop/tasks?q=save', `${app}/tasks`, shop, { q: 'save' }],
  ['/applications/shop/tasks/01T', '/tasks/$id', { id: '01T' }, {}],
  ['/projects/P/applications/shop/clusters', `${app}/infrastructure`, shop, {}],
  ['/projects/P/applications/shop/executions/details/01J', `${app}/executions/$id`, run, {}],
  // Runs.
  ['/applications/shop/executions', `${app}/executions`, shop, {}],
  [
    '/applications/shop/executions?pipeline=Deploy%20now&status=RUNNING,PAUSED&q=v2',
    `${app}/executions`,
    shop,
    { pipeline: 'Deploy now', status: 'active', q: 'v2' },
  ],
  [
    '/applications/shop/executions?pipeline=Build%252c%20test',
    `${app}/executions`,
    shop,
    { pipeline: 'Build, test' },
  ],
  ['/applications/shop/executions?pipeline=A,B&status=TERMINAL,SUCCEEDED', `${app}/executions`, shop, {}],
  ['/applications/shop/executions?status=SKIPPED', `${app}/executions`, shop, {}],
  ['/applications/shop/executions?awaitingJudgement=true', `${app}/executions`, shop, { status: 'waiting' }],
  ['/applications/shop/executions?startManualExecution=p1', `${app}/executions`, shop, { start: 'p1' }],
  ['/applications/shop/executions/01J', `${app}/executions/$id`, run, {}],
  ['/applications/shop/executions/01J?stage=2&step=0', `${app}/executions/$id`, run, { nth: '2' }],
  [
    '/applications/shop/executions/details/01J?stage=2&subStage=1&step=0&details=taskStatus',
    `${app}/executions/$id`,
    run,
    { nth: '2.1', tab: 'tasks' },
  ],
  [
    '/applications/shop/executions/details/01J?stage=0&stageId=01S&details=deployStatus',
    `${app}/executions/$id`,
    run,
    { stage: '01S' },
  ],
  [
    '/applications/shop/executions/configure/p1?executionId=01J',
    `${app}/pipelines/$id/edit`,
    { app: 'shop', id: 'p1' },
    { run: '01J' },
  ],
  // What runs.
  [
    '/applications/shop/clusters?q=api&acct=prod,test&reg=web&stack=main&hideInstances=true',
    `${app}/infrastructure`,
    shop,
    { q: 'api', account: 'prod,test', region: 'web', stack: 'main' },
  ],
  [
    '/applications/shop/clusters/serverGroupDetails/kubernetes/prod/web/replicaSet%20shop-v001',
    `${app}/infrastructure`,
    shop,
    { in: 'prod', at: 'web', show: 'replicaSet shop-v001' },
  ],
  ['/applications/shop/loadBalancers', `${app}/infrastructure`, shop, { kind: 'loadBalancers' }],
  [
    '/applications/shop/loadBalancers/loadBalancerDetails/kubernetes/prod/web//service%20shop',
    `${app}/infrastructure`,
    shop,
    { kind: 'loadBalancers', in: 'prod', at: 'web', show: 'service shop' },
  ],
  ['/applications/shop/firewalls', `${app}/infrastructure`, shop, { kind: 'firewalls' }],
  [
    '/applications/shop/kubernetes/rawResourceDetails/prod/web/configMap%20shop',
    `${app}/infrastructure`,
    shop,
    { kind: 'resources', in: 'prod', at: 'web', show: 'configMap shop' },
  ],
  [
    '/applications/shop/clusters/manifest/kubernetes/prod/web/configMap%20shop',
    `${app}/infrastructure`,
    shop,
    { in: 'prod', at: 'web', show: 'configMap shop' },
  ],
])('#%s leads to %s', (hash, to, params, search) => {
  const place = fromHash(hash)
  expect(place?.to).toBe(to)
  expect(place?.params ?? {}).toEqual(params)
  expect(place?.search ?? {}).toEqual(search)
})

test.each([
  '/applications/shop/canary/report',
  '/applications/shop/builds/1/2',
  '/nothing',
  '/applications/%zz/clusters',
])('#%s has no page: the first one says so', (hash) => {
  expect(fromHash(hash)).toEqual({ to: '/', search: { deck: hash } })
})

test.each(['', 'main', 'deck'])('#%s is not one of Deck’s', (hash) => {
  expect(fromHash(hash)).toBeUndefined()
})

test('paths without the # lead to the same pages', () => {
  expect(fromDeck('/applications/shop/clusters', '?acct=prod')).toEqual({
    to: `${app}/infrastructure`,
    params: shop,
    search: { account: 'prod' },
  })
  expect(fromDeck('/runs')).toBeUndefined()
})
