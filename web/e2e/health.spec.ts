import type { Page } from '@playwright/test'
import { expect, test } from './kit'
import { deploy, deployment, service } from './seed'
import reasons from '../src/i18n/reasons.en'

type Json = Record<string, unknown>
type Health = { state: string; reason?: string; message?: string }
type Group = {
  name: string
  region: string
  healthStatus: Health
  clusterHealth: Health
  serverGroupManagers: { name: string }[]
  instances: { name: string; healthStatus: Health }[]
}

const prefix = 'sandbox.gennaker.io/'

/** A Deployment whose pods behave in a way. */
function behaving(name: string, annotations: Json, pod: Json = {}, image = 'nginx:1.29'): Json {
  const made = deployment(name, image, 1) as { spec: { template: { metadata: Json; spec: Json } } } & Json
  made.spec.template.metadata['annotations'] = annotations
  Object.assign(made.spec.template.spec, pod)
  return made
}

const ingress = (name: string, to: string): Json => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name, namespace: 'default' },
  spec: {
    rules: [
      {
        host: `${name}.example`,
        http: {
          paths: [
            { path: '/', pathType: 'Prefix', backend: { service: { name: to, port: { number: 80 } } } },
          ],
        },
      },
    ],
  },
})

const words: Partial<Record<string, string>> = reasons

/** What the API says, as the pages write it. */
const written = (h: Health) =>
  h.state.charAt(0).toUpperCase() + h.state.slice(1) + (h.reason ? `: ${words[h.reason] ?? h.reason}` : '')

test('no page says anything else of what is broken than the cluster, or than another page', async ({
  page,
  open,
  server,
}, info) => {
  test.slow()
  const app = `sick${info.retry}`
  await server.application(app)
  const large = {
    containers: [{ name: 'web', image: 'nginx:1.29', resources: { requests: { cpu: '1000' } } }],
  }
  const wanted: Record<string, [cluster: string, pod: string]> = {
    crash: ['Failed: CrashLoopBackOff', 'Failed: CrashLoopBackOff'],
    image: ['Failed: ImagePullBackOff', 'Failed: ImagePullBackOff'],
    unready: ['Progressing: Rolling out', 'Progressing: Not ready yet'],
    large: ['Degraded: Unschedulable', 'Degraded: Unschedulable'],
    good: ['Healthy', 'Healthy'],
  }
  await server.pipeline(app, 'Deploy', [
    deploy('1', app, [
      behaving(`${app}-crash`, { [`${prefix}behavior`]: 'crash-loop' }),
      behaving(`${app}-image`, {}, {}, 'nginx:does-not-exist'),
      behaving(`${app}-unready`, { [`${prefix}behavior`]: 'never-ready' }),
      behaving(`${app}-large`, {}, large),
      behaving(`${app}-good`, {}),
      service(`${app}-crash`),
      service(`${app}-good`),
      ingress(`${app}-good`, `${app}-good`),
      ingress(`${app}-gone`, `${app}-gone`),
    ]),
  ])
  const run = await server.start(app, 'Deploy')
  const groups = await server.until<Group[]>(`/applications/${app}/serverGroups`, (all) =>
    Object.entries(wanted).every(([name, [cluster, pod]]) => {
      const g = all.find((x) => x.serverGroupManagers.some((m) => m.name === `${app}-${name}`))
      return (
        g && written(g.clusterHealth) === cluster && g.instances.some((i) => written(i.healthStatus) === pod)
      )
    }),
  )

  // The lists of clusters and of instances.
  await open(`/applications/${app}/infrastructure`)
  for (const [name, [cluster, pod]] of Object.entries(wanted)) {
    const head = page.getByRole('region', { name: `deployment ${app}-${name}` })
    if (cluster === 'Healthy') await expect(head.locator('[data-health]')).toHaveCount(0)
    else await expect(head.locator('[data-health]')).toHaveText(cluster)
    await expect(page.getByRole('link', { name: new RegExp(`^${app}-${name}-.*: ${pod}$`) })).toHaveCount(1)
  }
  await page.screenshot({ path: 'screenshots/health-clusters.png', fullPage: true })
  await open(`/applications/${app}/infrastructure?kind=instances`)
  for (const [name, [, pod]] of Object.entries(wanted))
    await expect(line(page, `${app}-${name}-`).locator('[data-health]')).toHaveText(pod)

  // Each object, its tree, and each instance by its own page.
  for (const [name, [cluster, pod]] of Object.entries(wanted)) {
    const group = groups.find((g) => g.serverGroupManagers.some((m) => m.name === `${app}-${name}`))
    const instance = group?.instances[0]
    if (!group || !instance) throw new Error(`${name} is gone`)
    const object = `in=sandbox&at=default&show=${encodeURIComponent(`deployment ${app}-${name}`)}`
    await open(`/applications/${app}/infrastructure?${object}&tab=tree`)
    const detail = page.getByRole('dialog')
    await expect(detail.locator('[data-health]').first()).toHaveText(cluster)
    await expect(detail.locator('li', { hasText: instance.name.replace('pod ', '') })).toContainText(pod)
    await open(`/instances/sandbox/default/${instance.name.replace('pod ', '')}`)
    await expect(page.locator('[data-health]').first()).toHaveText(pod)
  }

  // Where traffic goes.
  await open(`/applications/${app}/infrastructure?kind=loadBalancers`)
  const balancer = (kind: string, name: string) =>
    page
      .getByRole('listitem')
      .filter({ has: page.getByText(`${app}-${name}`, { exact: true }) })
      .filter({ hasText: kind })
  await expect(balancer('ingress', 'good')).toContainText('Healthy')
  await expect(balancer('ingress', 'good')).toContainText('1/1')
  await expect(balancer('ingress', 'gone')).toContainText('Failed: Service missing')
  await expect(balancer('service', 'good').first()).toContainText('1/1')
  await expect(balancer('service', 'crash')).toContainText('Failed: No endpoints')
  await page.screenshot({ path: 'screenshots/health-traffic.png', fullPage: true })

  // At a glance: the overview, and the list of applications.
  await open(`/applications/${app}`)
  for (const [name, [cluster]] of Object.entries(wanted)) {
    const row = page
      .getByRole('region', { name: 'Running versions' })
      .locator('a', { has: page.locator('.num') })
    if (cluster !== 'Healthy') await expect(row.filter({ hasText: cluster }), name).not.toHaveCount(0)
  }
  await page.screenshot({ path: 'screenshots/health-overview.png', fullPage: true })
  const [own] = await server.ask<{ healthStatus: Health }[]>('GET', `/applicationHealth?applications=${app}`)
  if (!own) throw new Error('the application has no health')
  expect(own.healthStatus.state).toBe('degraded')
  await open('/')
  await page.getByLabel('Filter by name, owner, or account').fill(app)
  await expect(page.getByRole('row', { name: new RegExp(app) }).locator('[data-health]')).toHaveText(
    written(own.healthStatus),
  )
  await server.ask('PUT', `/pipelines/${run}/cancel?reason=test`)
})

const line = (page: Page, text: string) => page.getByRole('listitem').filter({ hasText: text })
