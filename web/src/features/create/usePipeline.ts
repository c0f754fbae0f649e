import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { artifactAccountsQuery } from '@/api/queries'
import type { Json } from '@/lib/json'
import type { Draft } from './draft'
import { pipelineOf, type Words } from './pipeline'
import { accountsFor } from './queries'
import { useCreateTexts } from './texts'
import { usePush } from './usePush'

const keys = [
  'deploy',
  'deployTo',
  'network',
  'networkIn',
  'plan',
  'ask',
  'askText',
  'askFirst',
  'tag',
  'digest',
  'branch',
  'version',
] as const

/** What stages and parameters are called in the reader's language. */
export function useWords(): Words {
  const t = useCreateTexts()
  return useMemo(() => Object.fromEntries(keys.map((k) => [k, t(`words.${k}`)])) as Words, [t])
}

/** The draft with the accounts that read its artifacts named, and the type of its file. */
export function useResolved(d: Draft): { resolved: Draft; fileType: string } {
  const accounts = useQuery(artifactAccountsQuery).data
  return useMemo(() => {
    const [git] = accountsFor(accounts ?? [], 'git')
    const files = accountsFor(accounts ?? [], 'file')
    const file = files.find((f) => f.name === d.repository.fileAccount) ?? files[0]
    const repository = {
      ...d.repository,
      account: d.repository.account || (git?.name ?? ''),
      fileAccount: file?.name ?? '',
    }
    return { resolved: { ...d, repository }, fileType: file?.type ?? 'http/file' }
  }, [accounts, d])
}

/** The pipeline that a draft comes to. */
export function usePipeline(d: Draft): Json {
  const words = useWords()
  const { resolved, fileType } = useResolved(d)
  const { push } = usePush(resolved)
  return useMemo(() => pipelineOf(resolved, words, fileType, push), [resolved, words, fileType, push])
}
