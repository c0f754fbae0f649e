import { queryOptions } from '@tanstack/react-query'
import { client, unwrap } from '@/api/client'
import { keys } from '@/api/queries'
import type { Place } from './object'

// What is asked for about one object.

const at = (p: Place) => ({ params: { path: { account: p.account, location: p.location, name: p.name } } })
const key = (p: Place, part: string) => [...keys.infrastructure(p.app), part, p.account, p.location, p.name]

export const manifestQuery = (p: Place) =>
  queryOptions({
    queryKey: key(p, 'manifest'),
    queryFn: () => unwrap(client.GET('/manifests/{account}/{location}/{name}', at(p))),
  })

export const treeQuery = (p: Place) =>
  queryOptions({
    queryKey: key(p, 'tree'),
    queryFn: () => unwrap(client.GET('/manifests/{account}/{location}/{name}/tree', at(p))),
  })

export const appliedQuery = (p: Place) =>
  queryOptions({
    queryKey: key(p, 'applied'),
    queryFn: () => unwrap(client.GET('/manifests/{account}/{location}/{name}/applied', at(p))),
  })
