import { accountFor, placeOf, repositoryNameOf } from '@/features/git/names'
import type { GitAccount, GitRepository, RepositoryName } from '@/features/git/queries'
import type { Json } from '@/lib/json'
import type { Draft } from './draft'

/** What starts the pipeline of a repository when somebody pushes to it. */
export type Push = {
  name: RepositoryName
  branch: string
  /** What the webhook is created with; without it, people create it by hand. */
  account: GitAccount | undefined
  path: string
}

/** How pushes to a draft's repository could start its pipeline; undefined if its host isn't known. */
export function possiblePush(
  { kind, repository: r }: Draft,
  accounts: readonly GitAccount[],
  listed: readonly GitRepository[],
): Push | undefined {
  if (kind !== 'repository' || r.from !== 'git') return undefined
  const account = accountFor(r.url, accounts)
  const name = repositoryNameOf(r.url, account, listed)
  return name && { name, account, branch: r.branch.trim(), path: placeOf(r.url)?.path ?? '' }
}

/** Whether pushes start the pipeline: as somebody has said, otherwise if the webhook can be created. */
export const startsOnPush = ({ repository: r }: Draft, push: Push | undefined) =>
  push !== undefined && (r.push === 'yes' || (r.push === 'auto' && push.account !== undefined))

/** The trigger of a push to the branch. */
export function pushTrigger({ name, branch }: Push): Json {
  return {
    type: 'git',
    enabled: true,
    ...name,
    branch: branch.replace(/[.*+?^$(){}|[\]\\]/g, '\\$&'),
    events: name.source === 'bitbucket' ? ['repo:push', 'repo:refs_changed'] : ['push'],
  }
}
