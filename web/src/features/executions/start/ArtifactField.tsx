import { Autocomplete } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { client, unwrap } from '@/api/client'
import { textOf } from '@/lib/json'
import type { Expected } from './choices'
import { useStart } from './texts'

/** The version of an expected artifact; those that its account can list are offered. */
export function ArtifactField({
  expected: e,
  value,
  change,
  earlier,
}: {
  expected: Expected
  value: string
  change: (v: string) => void
  earlier: string | undefined
}) {
  const s = useStart()
  const name = textOf(e.match['name'])
  const versions = useQuery({
    queryKey: ['artifactVersions', e.account, e.type, name],
    queryFn: () =>
      unwrap(
        client.GET('/artifacts/account/{account}/versions', {
          params: { path: { account: e.account }, query: { type: e.type, artifactName: name } },
        }),
      ),
    enabled: e.account !== '' && name !== '',
    staleTime: 60_000,
    retry: false,
  })
  const otherwise = earlier
    ? s('asEarlier', { version: earlier })
    : e.fallback
      ? s('byDefault', { version: e.fallback })
      : s('asExpected')
  return (
    <Autocomplete
      label={e.name}
      description={[e.type, name === e.name ? '' : name].filter(Boolean).join(' · ')}
      placeholder={otherwise}
      limit={50}
      data={[...new Set(versions.data ?? [])]}
      value={value}
      onChange={change}
    />
  )
}
