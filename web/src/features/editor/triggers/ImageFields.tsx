import { useQuery } from '@tanstack/react-query'
import { client, unwrap } from '@/api/client'
import { useT } from '@/i18n'
import { isObject } from '@/lib/json'
import { inner } from '@/stages/kit'
import { TextField } from '../fields'
import { textOf, type Json } from '../model'
import { useTriggerTexts } from './texts'
import { useArtifactAccounts } from './useArtifactAccounts'

type Props = { value: Json; change: (next: Json) => void }

/** Which image of a registry starts the pipeline, with what the server knows to choose from. */
export function ImageFields({ value, change }: Props) {
  const t = useT()
  const w = useTriggerTexts()
  const field = (name: string) => inner(value, name, change)
  const accounts = useArtifactAccounts('docker/image')
  const [account, repository] = [textOf(value['account']), textOf(value['repository'])]
  const images = useQuery({
    queryKey: ['images', account],
    queryFn: () => unwrap(client.GET('/images/find', { params: { query: { account, count: 500 } } })),
    enabled: account !== '',
    staleTime: 60_000,
  })
  const tags = useQuery({
    queryKey: ['imageTags', account, repository],
    queryFn: () => unwrap(client.GET('/images/tags', { params: { query: { account, repository } } })),
    enabled: account !== '' && repository !== '',
    staleTime: 60_000,
    retry: false,
  })
  const repositories = new Set(
    (images.data ?? []).flatMap((i: unknown) => (isObject(i) ? textOf(i['repository']) : [])),
  )
  const known = (tags.data ?? []).slice(0, 5)
  return (
    <>
      <TextField label={t('editor.registry')} choices={accounts} {...field('account')} />
      <TextField
        label={t('editor.repository')}
        placeholder="library/nginx"
        choices={[...repositories].filter(Boolean)}
        {...field('repository')}
      />
      <TextField
        label={t('editor.tag')}
        help={known.length > 0 ? w('tags', { tags: known.join(', ') }) : t('editor.tagHelp')}
        {...field('tag')}
      />
    </>
  )
}
