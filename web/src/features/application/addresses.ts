import type { Schemas } from '@/api/client'

/** An address of an application. Only those with a URL can be opened from a browser. */
export type Address = { from: string; text: string; url?: string }

/**
 * addressesOf are where load balancers are reached: an ingress at the hosts of its rules,
 * those first, and a service within its cluster, by its name and port.
 */
export function addressesOf(balancers: readonly Schemas['LoadBalancer'][]): Address[] {
  const outside = new Map<string, Address>()
  const inside: Address[] = []
  for (const b of balancers) {
    for (const target of b.targets ?? []) {
      if (!target.host || outside.has(target.host + (target.path ?? ''))) continue
      const text = `${target.host}${target.path === '/' ? '' : (target.path ?? '')}`
      // A host with a wildcard is no address.
      const url = target.host.includes('*') ? {} : { url: `http://${text}` }
      outside.set(target.host + (target.path ?? ''), { from: `${b.kind} ${b.displayName}`, text, ...url })
    }
    if (b.kind === 'service')
      for (const port of b.ports ?? [])
        inside.push({
          from: `${b.kind} ${b.displayName}`,
          text: `${b.displayName}.${b.namespace ?? b.region ?? 'default'}:${port}`,
        })
  }
  return [...outside.values(), ...inside]
}
