import { useQuery } from '@tanstack/react-query'
import { client, unwrap } from '@/api/client'
import { inner } from '@/stages/kit'
import { TextField } from '../fields'
import { textOf, type Json } from '../model'
import { useTriggerTexts } from './texts'

type Props = { value: Json; change: (next: Json) => void }

/** Which search of Artifactory or Nexus starts the pipeline, of those in the configuration. */
export function SearchFields({ value, change }: Props) {
  const w = useTriggerTexts()
  const nexus = textOf(value['type']) === 'nexus'
  const { data } = useQuery({
    queryKey: ['searches', nexus],
    queryFn: () => unwrap(nexus ? client.GET('/nexus/names') : client.GET('/artifactory/names')),
    staleTime: 60_000,
  })
  const names = data ?? []
  return (
    <TextField
      label={w('search')}
      help={w(data && names.length === 0 ? 'searchNone' : 'searchHelp')}
      choices={names}
      required
      {...inner(value, nexus ? 'nexusSearchName' : 'artifactorySearchName', change)}
    />
  )
}
