import { expect, test } from './kit'
import { looks } from './looks'
import { deploy, deployment, service } from './seed'

// Where a deployment is reached: hosts of ingresses, addresses that the cloud gave to services, or has yet to.

test('a finished deployment tells where it is reached', async ({ page, open, server }, info) => {
  test.slow()
  const app = `reached${info.retry}`
  await server.application(app)
  const inside = service(app)
  const outside = {
    ...inside,
    metadata: { name: `${app}-public`, namespace: 'default' },
    spec: { type: 'LoadBalancer', selector: { app }, ports: [{ port: 443 }] },
  }
  const ingress = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: app, namespace: 'default' },
    spec: {
      tls: [{ hosts: [`${app}.example.com`], secretName: app }],
      rules: [
        {
          host: `${app}.example.com`,
          http: {
            paths: [
              { path: '/', pathType: 'Prefix', backend: { service: { name: app, port: { number: 80 } } } },
            ],
          },
        },
      ],
    },
  }
  await server.pipeline(app, 'Deploy', [
    deploy('1', app, [inside, outside, ingress, deployment(app, 'nginx:1.29', 1)]),
  ])
  const id = await server.start(app, 'Deploy')
  expect(await server.ended(id)).toBe('SUCCEEDED')

  await open(`/applications/${app}/executions/${id}`)
  const stage = page.getByRole('region', { name: 'Addresses' })
  await expect(stage.getByRole('link', { name: `${app}.example.com` })).toHaveAttribute(
    'href',
    `https://${app}.example.com`,
  )
  // The sandbox assigns addresses, as a cloud does.
  await expect(stage.getByRole('link', { name: /^198\.18\.\d+\.\d+:443$/ })).toHaveAttribute(
    'href',
    /^https:\/\/198\.18\./,
  )
  await expect(stage).toContainText(`${app}.default:80`)
  await looks(page, 'addresses', `${app}.example.com`)

  await open(`/applications/${app}`)
  const overview = page.getByRole('region', { name: 'Addresses' })
  await expect(overview.getByRole('link', { name: /^198\.18\./ })).toBeVisible()
  // While the cloud has assigned none, a sentence says so.
  await page.route(`**/applications/${app}/loadBalancers`, async (route) => {
    const answer = await route.fetch()
    const balancers = (await answer.json()) as { displayName: string }[]
    await route.fulfill({
      response: answer,
      json: balancers.map((b) =>
        b.displayName === `${app}-public` ? { ...b, pendingAddress: true, addresses: undefined } : b,
      ),
    })
  })
  await page.reload()
  await expect(overview).toContainText('Waiting for the cloud to assign an external address.')
  await expect(overview.getByRole('link', { name: /^198\.18\./ })).toHaveCount(0)
})
