import { isolated } from '@/lib/bidi'
import type { InboxItem } from '@/api/inbox'

/** Which text an item is shown by, with what goes into it. */
export type About = {
  key: 'approval' | 'failure' | 'failureAt' | 'account' | 'rollout'
  values: { stage: string; pipeline: string; account: string; application: string }
}

export function aboutOf(item: InboxItem): About {
  const pipeline = [item.pipeline && isolated(item.pipeline), item.number && `#${item.number}`]
    .filter(Boolean)
    .join(' ')
  const values = {
    stage: item.stageName ?? '',
    pipeline,
    account: item.account ?? '',
    application: item.application ?? '',
  }
  if (item.kind === 'failure') return { key: item.stageName ? 'failureAt' : 'failure', values }
  return { key: item.kind, values }
}

/** Where an item leads, below the interface's own path. */
export function pathOf(item: InboxItem): string {
  const part = encodeURIComponent
  if (item.kind === 'account')
    return `/accounts/${part(item.account ?? '')}?${new URLSearchParams({ type: item.accountType ?? '', tab: 'test' }).toString()}`
  if (item.kind === 'rollout') return `/applications/${part(item.application ?? '')}/infrastructure`
  const stage = item.stageId ? `?stage=${part(item.stageId)}` : ''
  return `/applications/${part(item.application ?? '')}/executions/${part(item.executionId ?? '')}${stage}`
}
