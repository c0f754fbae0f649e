import { expect, test } from 'vitest'
import type { Schemas } from '@/api/client'
import { addressesOf } from './addresses'

const balancer = (more: object) =>
  ({ namespace: 'prod', displayName: 'web', serverGroups: [], ...more }) as unknown as Schemas['LoadBalancer']

test('hosts come first, each once; services are named within their cluster', () => {
  expect(
    addressesOf([
      balancer({ kind: 'service', ports: [80, 9090], targets: [{ name: 'deployment web' }] }),
      balancer({
        kind: 'ingress',
        targets: [
          { name: 'service web', host: 'shop.example.com', path: '/' },
          { name: 'service api', host: 'shop.example.com', path: '/api' },
          { name: 'service api', host: 'shop.example.com', path: '/api' },
          { name: 'service any', host: '*.example.com' },
          { name: 'service any' },
        ],
      }),
    ]),
  ).toEqual([
    { from: 'ingress web', text: 'shop.example.com', url: 'http://shop.example.com' },
    { from: 'ingress web', text: 'shop.example.com/api', url: 'http://shop.example.com/api' },
    { from: 'ingress web', text: '*.example.com' },
    { from: 'service web', text: 'web.prod:80' },
    { from: 'service web', text: 'web.prod:9090' },
  ])
})

test('nothing that has an address', () => {
  expect(addressesOf([balancer({ kind: 'service' })])).toEqual([])
})
