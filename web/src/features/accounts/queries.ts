import { queryOptions } from '@tanstack/react-query'
import { ApiError, client, unwrap, type Schemas } from '@/api/client'
import { keys } from '@/api/queries'
import type { Definition } from './definition'

const pageSize = 200

export type AccountType = Schemas['AccountType']

/** The types of accounts that can be stored; none where the user may not manage accounts, or nobody may. */
export const typesQuery = queryOptions({
  queryKey: [...keys.accounts, 'types'],
  queryFn: async (): Promise<AccountType[]> => {
    try {
      return await unwrap(client.GET('/credentials/types'))
    } catch (error) {
      if (error instanceof ApiError && [403, 404].includes(error.status)) return []
      throw error
    }
  },
  staleTime: 300_000,
})

export type Stored = { allowed: boolean; types: AccountType[]; accounts: Definition[] }

/** The accounts that are stored, of all types, which alone can be changed here; not allowed where the user may not manage them. */
export const storedQuery = queryOptions({
  queryKey: [...keys.accounts, 'stored'],
  queryFn: async ({ client: cache }): Promise<Stored> => {
    const types = await cache.ensureQueryData(typesQuery)
    const open = types.filter((type) => !type.closed)
    const accounts = await Promise.all(open.map((type) => storedOf(type.type)))
    return { allowed: open.length > 0, types, accounts: accounts.flat() }
  },
  staleTime: 10_000,
})

/** How the accounts are, of all types, as the server found when it looked last. */
export const statesQuery = queryOptions({
  queryKey: [...keys.accounts, 'conditions'],
  queryFn: () => unwrap(client.GET('/credentials/conditions')),
  refetchInterval: 5000,
})

async function storedOf(accountType: string): Promise<Definition[]> {
  const accounts: Definition[] = []
  for (;;) {
    const last = accounts.at(-1)?.name
    const page = await unwrap(
      client.GET('/credentials/type/{accountType}', {
        params: {
          path: { accountType },
          query: { limit: pageSize, ...(last ? { startingAccountName: last } : {}) },
        },
      }),
    )
    const known = new Set(accounts.map((a) => a.name))
    const fresh = page.filter((a) => !known.has(a.name))
    accounts.push(...fresh)
    if (page.length < pageSize || fresh.length === 0) return accounts
  }
}

export const historyQuery = (account: string) =>
  queryOptions({
    queryKey: [...keys.accounts, 'history', account],
    queryFn: () => unwrap(client.GET('/credentials/{account}/history', { params: { path: { account } } })),
  })

export const agentQuery = (account: string) =>
  queryOptions({
    queryKey: [...keys.accounts, 'agent', account],
    queryFn: () => unwrap(client.GET('/credentials/{account}/agent', { params: { path: { account } } })),
    refetchInterval: 5000,
  })

const at = (account: string) => ({ params: { path: { account } } })

export const testAccount = (account: string) =>
  unwrap(client.POST('/credentials/{account}/test', at(account)))
export const testDefinition = (body: Definition) => unwrap(client.POST('/credentials/test', { body }))
export const addAccount = (body: Definition) => unwrap(client.POST('/credentials', { body }))
export const changeAccount = (body: Definition) =>
  unwrap(client.PUT('/credentials/{account}', { ...at(body.name), body }))
export const removeAccount = (account: string) => unwrap(client.DELETE('/credentials/{account}', at(account)))
export const makeToken = (account: string) =>
  unwrap(client.POST('/credentials/{account}/agent/tokens', at(account)))
export const revokeToken = (account: string, id: string) =>
  unwrap(client.DELETE('/credentials/{account}/agent/tokens/{id}', { params: { path: { account, id } } }))
