import { useMutation, useQueryClient, type UseMutationResult } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import type { Schemas } from '@/api/client'
import { keys } from '@/api/queries'
import type { Definition } from './definition'
import { descriptorOf } from './registry'
import { addAccount, changeAccount, testDefinition, type AccountType } from './queries'

/** What every form for accounts takes. */
export type FormProps = {
  type: AccountType
  close: () => void
  /** The account that is changed; none for a new one. */
  before?: Definition
}

/** What comes of saving what a form holds, and of testing it; reset forgets it, since something else is written by now. */
export type Saving = {
  save: UseMutationResult<unknown, Error, Definition>
  test: UseMutationResult<Schemas['AccountReport'], Error, Definition>
  reset: () => void
}

/** Saves what a form holds and opens a new account's page, and tests it before. */
export function useSaving({ close, before }: Omit<FormProps, 'type'>): Saving {
  const queries = useQueryClient()
  const navigate = useNavigate()
  const save = useMutation({
    mutationFn: (d: Definition) => (before ? changeAccount(d) : addAccount(d)),
    onSuccess: async (_, d) => {
      await queries.invalidateQueries({ queryKey: keys.accounts })
      close()
      if (!before)
        await navigate({
          to: '/accounts/$account',
          params: { account: d.name },
          search:
            d['agent'] === true ? { tab: 'agent' } : descriptorOf(d.type).cluster ? { added: true } : {},
        })
    },
  })
  const test = useMutation({ mutationFn: testDefinition })
  const reset = () => {
    save.reset()
    test.reset()
  }
  return { save, test, reset }
}
