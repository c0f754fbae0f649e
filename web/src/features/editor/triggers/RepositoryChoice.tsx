import { Select } from '@mantine/core'
import { isNamed } from '@/features/git/names'
import type { GitChoice } from '@/features/git/useGitRepository'
import type { RepositoryName } from '@/features/git/queries'
import { useTriggerTexts } from './texts'

type Props = {
  git: GitChoice
  name: RepositoryName
  change: (name: { project: string; slug: string }) => void
}

/** A repository of the Git host, with the account that is asked if there are several; nothing without an account. */
export function RepositoryChoice({ git, name, change }: Props) {
  const w = useTriggerTexts()
  const { accounts, account, repositories } = git
  if (!account) return null
  const found = repositories.find((r) => isNamed(r, name))
  return (
    <>
      {accounts.length > 1 && (
        <Select
          label={w('git.account')}
          allowDeselect={false}
          data={accounts.map((a) => a.name)}
          value={account.name}
          onChange={(v) => {
            git.choose(v ?? '')
          }}
        />
      )}
      <Select
        label={w('git.choose', { host: account.host })}
        description={w('git.chooseHelp', { account: account.name })}
        placeholder={git.loading ? w('git.loading') : w('git.choosePlaceholder')}
        searchable
        limit={100}
        nothingFoundMessage={w('git.nothing')}
        error={git.failed?.message}
        data={[...new Set(repositories.map((r) => r.path))]}
        value={found?.path ?? null}
        onChange={(path) => {
          const r = repositories.find((one) => one.path === path)
          if (r) change({ project: r.project, slug: r.slug })
        }}
      />
    </>
  )
}
