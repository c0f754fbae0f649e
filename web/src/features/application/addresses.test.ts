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

test('services outside of their cluster: at the addresses of their cloud, else pending', () => {
  const service = (more: object) => balancer({ kind: 'service', displayName: 'db', ports: [], ...more })
  expect(
    addressesOf([
      service({ ports: [80, 5432], addresses: ['lb.example.com', '2001:db8::7'] }),
      service({ displayName: 'new', ports: [443], pendingAddress: true }),
    ]),
  ).toEqual([
    { from: 'service db', text: 'lb.example.com:80', url: 'http://lb.example.com:80' },
    { from: 'service db', text: 'lb.example.com:5432' },
    { from: 'service db', text: '[2001:db8::7]:80', url: 'http://[2001:db8::7]:80' },
    { from: 'service db', text: '[2001:db8::7]:5432' },
    { from: 'service new', text: '', pending: true },
    { from: 'service db', text: 'db.prod:80' },
    { from: 'service db', text: 'db.prod:5432' },
    { from: 'service new', text: 'new.prod:443' },
  ])
})

test('an ingress: with TLS, and at its own address if a rule has no host', () => {
  expect(
    addressesOf([
      balancer({
        kind: 'ingress',
        addresses: ['192.0.2.7'],
        targets: [
          { name: 'service web', host: 'shop.example.com', tls: true },
          { name: 'service any', path: '/any' },
        ],
      }),
    ]),
  ).toEqual([
    { from: 'ingress web', text: 'shop.example.com', url: 'https://shop.example.com' },
    { from: 'ingress web', text: '192.0.2.7/any', url: 'http://192.0.2.7/any' },
  ])
})

test('nothing that has an address', () => {
  expect(addressesOf([balancer({ kind: 'service' })])).toEqual([])
})
