import { useQuery } from '@tanstack/react-query'
import { useParams, useSearch } from '@tanstack/react-router'
import { applicationQuery } from '@/api/queries'
import { infrastructureKinds, type InfrastructureKind } from '@/app/search'
import { disabledOf } from '@/features/application/settings/attributes'
import { sources } from './sources'
import { InfrastructureBrowser } from './InfrastructureBrowser'

const from = '/applications/$app/infrastructure'

function shownKind(asked: InfrastructureKind | undefined, off: readonly string[]): InfrastructureKind {
  return asked ?? infrastructureKinds.find((k) => !off.includes(sources[k])) ?? 'clusters'
}

/** What runs of an application, live. */
export function Infrastructure() {
  const { app } = useParams({ from })
  const { kind } = useSearch({ from })
  const off = disabledOf(useQuery(applicationQuery(app)).data?.attributes)
  return <InfrastructureBrowser app={app} kind={shownKind(kind, off)} off={off} />
}
