import { lazy, Suspense } from 'react'
import { Confirm } from '@/components/Confirm'
import { useAction } from '@/components/useAction'
import { idFor, templateFrom } from '@/features/templates/model'
import { useT } from '@/i18n'
import { useTemplatesT } from '@/i18n/templates'
import { CreatePipeline } from './CreatePipeline'
import { DeletePipeline } from './DeletePipeline'
import { LockPipeline } from './LockPipeline'
import { textOf } from './model'
import { RenamePipeline } from './RenamePipeline'
import { contentOf } from './save'
import type { Draft } from './useDraft'

const CreateTemplate = lazy(() =>
  import('@/features/templates/CreateTemplate').then((m) => ({ default: m.CreateTemplate })),
)

export type Asking = 'rename' | 'delete' | 'copy' | 'revert' | 'template' | 'disable' | 'lock'

type Props = { app: string; draft: Draft; asking: Asking | undefined; close: () => void }

/** The dialogs of a pipeline's menu. */
export function PipelineDialogs({ app, draft: d, asking, close }: Props) {
  const t = useT()
  const tt = useTemplatesT()
  const saved = textOf(d.saved['name'])
  const fields = useAction(d.saveFields, { then: close })
  return (
    <>
      <RenamePipeline
        opened={asking === 'rename'}
        saved={saved}
        busy={fields.isPending}
        rename={(name) => {
          fields.mutate({ name })
        }}
        close={close}
      />
      <Confirm
        opened={asking === 'disable'}
        close={close}
        title={t('editor.disableTitle', { name: saved })}
        action={t('editor.disable')}
        busy={fields.isPending}
        onConfirm={() => {
          fields.mutate({ disabled: true })
        }}
      >
        {t('editor.disableText')}
      </Confirm>
      <LockPipeline
        opened={asking === 'lock'}
        name={saved}
        busy={fields.isPending}
        lock={(description) => {
          fields.mutate({ locked: { ui: true, allowUnlockUi: true, description } })
        }}
        close={close}
      />
      <DeletePipeline opened={asking === 'delete'} app={app} draft={d} close={close} />
      <Confirm
        opened={asking === 'revert'}
        close={close}
        title={t('editor.revert')}
        action={t('editor.revert')}
        danger
        onConfirm={() => {
          d.revert()
          close()
        }}
      >
        {t('editor.revertText')}
      </Confirm>
      {asking === 'template' && (
        <Suspense>
          <CreateTemplate
            close={close}
            title={tt('exportTitle')}
            text={tt('exportText')}
            begin={templateFrom(contentOf(d.draft), {
              id: idFor(app, saved),
              name: saved,
              description: textOf(d.draft['description']),
              owner: '',
              scopes: [app],
            })}
          />
        </Suspense>
      )}
      {asking === 'copy' && <CreatePipeline app={app} from={d.id} close={close} />}
    </>
  )
}
