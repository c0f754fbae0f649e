import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { client, unwrap } from '@/api/client'
import { keys } from '@/api/queries'
import { Confirm } from '@/components/Confirm'
import { useAction } from '@/components/useAction'
import { useT } from '@/i18n'
import { dropDraft } from './drafts'
import { textOf } from './model'
import type { Draft } from './useDraft'

type Props = { opened: boolean; app: string; draft: Draft; close: () => void }

/** Asks before it deletes a pipeline, and goes to the application's runs then. */
export function DeletePipeline({ opened, app, draft: d, close }: Props) {
  const t = useT()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const name = textOf(d.saved['name'])
  const remove = useAction(
    () =>
      unwrap(
        client.DELETE('/pipelines/{application}/{nameOrId}', {
          params: { path: { application: app, nameOrId: name } },
        }),
      ),
    {
      done: t('editor.deleted'),
      then: () => {
        dropDraft(d.id, d.session)
        void queries.invalidateQueries({ queryKey: keys.pipelines(app) })
        void navigate({ to: '/applications/$app/executions', params: { app }, ignoreBlocker: true })
      },
    },
  )
  return (
    <Confirm
      opened={opened}
      close={close}
      title={t('editor.deleteTitle', { name })}
      action={t('editor.delete')}
      danger
      busy={remove.isPending}
      onConfirm={() => {
        remove.mutate()
      }}
    >
      {t('editor.deleteText')}
    </Confirm>
  )
}
