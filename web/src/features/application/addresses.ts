import type { Schemas } from '@/api/client'

/**
 * An address at which something can be reached. Only those with a URL can be opened in a browser;
 * a pending one has no text yet.
 */
export type Address = { from: string; text: string; url?: string; pending?: true }

type Balancer = Schemas['LoadBalancer']

/**
 * addressesOf are where load balancers are reached: an ingress at the hosts of its rules, a service
 * at the addresses that its cloud gave it; and every service within its cluster, by its name and
 * port. Those that people can open come first.
 */
export function addressesOf(balancers: readonly Balancer[]): Address[] {
  const outside = balancers.flatMap((b) => (b.kind === 'service' ? external(b) : hosts(b)))
  const known = new Map(outside.map((a) => [a.pending ? a.from : a.text, a]))
  return [...known.values(), ...balancers.flatMap(internal)]
}

const nameOf = (b: Balancer) => `${b.kind} ${b.displayName}`

/** The hosts and paths of an ingress or a route; without a host it answers at any, such as its own address. */
function hosts(b: Balancer): Address[] {
  return (b.targets ?? []).flatMap((target) => {
    const path = target.path === '/' ? '' : (target.path ?? '')
    return (target.host ? [target.host] : (b.addresses ?? []).map(bracketed)).map((host) => {
      const text = host + path
      // A host with a wildcard is no address.
      return {
        from: nameOf(b),
        text,
        ...(host.includes('*') ? {} : { url: `${target.tls ? 'https' : 'http'}://${text}` }),
      }
    })
  })
}

/** The ports that browsers can open; others may be of any protocol. */
const schemes: Partial<Record<number, string>> = { 80: 'http', 8080: 'http', 443: 'https', 8443: 'https' }

function external(b: Balancer): Address[] {
  if (b.pendingAddress) return [{ from: nameOf(b), text: '', pending: true }]
  return (b.addresses ?? []).map(bracketed).flatMap((host) =>
    (b.ports ?? []).map((port) => {
      const text = `${host}:${port}`
      const scheme = schemes[port]
      return { from: nameOf(b), text, ...(scheme ? { url: `${scheme}://${text}` } : {}) }
    }),
  )
}

function internal(b: Balancer): Address[] {
  if (b.kind !== 'service') return []
  return (b.ports ?? []).map((port) => ({
    from: nameOf(b),
    text: `${b.displayName}.${b.namespace ?? b.region ?? 'default'}:${port}`,
  }))
}

/** An address of IPv6 as URLs have it. */
const bracketed = (address: string) => (address.includes(':') ? `[${address}]` : address)
