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

/** Which image, or chart that is stored as one, starts the pipeline, with what the server knows to choose from. */
export function ImageFields({ value, change }: Props) {
  const t = useT()
  const w = useTriggerTexts()
  const field = (name: string) => inner(value, name, change)
  const charts = textOf(value['type']) === 'helm/oci'
  const images = useArtifactAccounts('docker/image')
  const repositoriesOf = useArtifactAccounts('helm/image')
  const accounts = charts ? [...new Set([...images, ...repositoriesOf])] : images
  const [account, repository] = [textOf(value['account']), textOf(value['repository'])]
  const found = useQuery({
    queryKey: ['images', charts, account],
    queryFn: () => {
      const params = { query: { account, count: 500 } }
      return unwrap(charts ? client.GET('/charts/find', { params }) : client.GET('/images/find', { params }))
    },
    enabled: account !== '',
    staleTime: 60_000,
  })
  const tags = useQuery({
    queryKey: ['imageTags', charts, account, repository],
    queryFn: () => {
      const params = { query: { account, repository } }
      return unwrap(charts ? client.GET('/charts/tags', { params }) : client.GET('/images/tags', { params }))
    },
    enabled: account !== '' && repository !== '',
    staleTime: 60_000,
    retry: false,
  })
  const repositories = new Set(
    (found.data ?? []).flatMap((i: unknown) => (isObject(i) ? textOf(i['repository']) : [])),
  )
  const known = (tags.data ?? []).slice(0, 5)
  return (
    <>
      <TextField label={t('editor.registry')} choices={accounts} required {...field('account')} />
      <TextField
        label={t('editor.repository')}
        placeholder={charts ? 'charts/cart' : 'library/nginx'}
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
