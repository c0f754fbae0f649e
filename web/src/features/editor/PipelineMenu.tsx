import { ActionIcon, Menu, Stack, Text, TextInput } from '@mantine/core'
import {
  IconArrowBackUp,
  IconCopyPlus,
  IconDots,
  IconDownload,
  IconHistory,
  IconLock,
  IconLockOpen,
  IconPencil,
  IconPlayerPlay,
  IconPower,
  IconTemplate,
  IconTrash,
} from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import { client, unwrap } from '@/api/client'
import { keys } from '@/api/queries'
import { Confirm } from '@/components/Confirm'
import { useAction } from '@/components/useAction'
import { idFor, isTemplated, templateFrom } from '@/features/templates/model'
import { useT } from '@/i18n'
import { useTemplatesT } from '@/i18n/templates'
import { CreatePipeline } from './CreatePipeline'
import { dropDraft } from './drafts'
import { isObject, textOf } from './model'
import { contentOf } from './save'
import type { Draft } from './useDraft'

const CreateTemplate = lazy(() =>
  import('@/features/templates/CreateTemplate').then((m) => ({ default: m.CreateTemplate })),
)

/** What is done once in a while: rename, disable, lock, history, copy, delete. */
export function PipelineMenu({
  app,
  draft: d,
  locked,
  openHistory,
}: {
  app: string
  draft: Draft
  locked: boolean
  openHistory: () => void
}) {
  const t = useT()
  const tt = useTemplatesT()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const [asking, setAsking] = useState<
    'rename' | 'delete' | 'copy' | 'revert' | 'template' | 'disable' | 'lock'
  >()
  const [name, setName] = useState('')
  const saved = textOf(d.saved['name'])
  const disabled = d.saved['disabled'] === true
  const unlockable = !isObject(d.saved['locked']) || d.saved['locked']['allowUnlockUi'] !== false
  const close = () => {
    setAsking(undefined)
  }
  const fields = useAction(d.saveFields, { then: close })
  const remove = useAction(
    () =>
      unwrap(
        client.DELETE('/pipelines/{application}/{nameOrId}', {
          params: { path: { application: app, nameOrId: saved } },
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
  const download = () => {
    const link = document.createElement('a')
    link.href = URL.createObjectURL(
      new Blob([JSON.stringify(d.draft, undefined, 2)], { type: 'application/json' }),
    )
    link.download = `${saved}.json`
    link.click()
    URL.revokeObjectURL(link.href)
  }
  return (
    <>
      <Menu>
        <Menu.Target>
          <ActionIcon size="lg" aria-label={t('editor.menu')}>
            <IconDots size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={<IconPlayerPlay size={15} />}
            disabled={disabled}
            onClick={() =>
              void navigate({
                to: '/applications/$app/executions',
                params: { app },
                search: { start: saved },
              })
            }
          >
            {t('executions.start')}
          </Menu.Item>
          <Menu.Item leftSection={<IconHistory size={15} />} onClick={openHistory}>
            {t('editor.history')}
          </Menu.Item>
          <Menu.Item
            leftSection={<IconArrowBackUp size={15} />}
            disabled={!d.dirty}
            onClick={() => {
              setAsking('revert')
            }}
          >
            {t('editor.revert')}
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item
            leftSection={<IconPencil size={15} />}
            disabled={locked}
            onClick={() => {
              setName(saved)
              setAsking('rename')
            }}
          >
            {t('editor.rename')}
          </Menu.Item>
          <Menu.Item
            leftSection={<IconCopyPlus size={15} />}
            onClick={() => {
              setAsking('copy')
            }}
          >
            {t('editor.copyPipeline')}
          </Menu.Item>
          {!isTemplated(d.draft) && (
            <Menu.Item
              leftSection={<IconTemplate size={15} />}
              onClick={() => {
                setAsking('template')
              }}
            >
              {t('editor.exportTemplate')}
            </Menu.Item>
          )}
          <Menu.Item leftSection={<IconDownload size={15} />} onClick={download}>
            {t('editor.download')}
          </Menu.Item>
          <Menu.Item
            leftSection={<IconPower size={15} />}
            onClick={() => {
              if (disabled) fields.mutate({ disabled: false })
              else setAsking('disable')
            }}
          >
            {t(disabled ? 'editor.enable' : 'editor.disable')}
          </Menu.Item>
          <Menu.Item
            leftSection={locked ? <IconLockOpen size={15} /> : <IconLock size={15} />}
            disabled={locked && !unlockable}
            onClick={() => {
              if (locked) fields.mutate({ locked: { ui: false } })
              else {
                setName('')
                setAsking('lock')
              }
            }}
          >
            {t(locked ? 'editor.unlock' : 'editor.lock')}
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item
            color="red"
            leftSection={<IconTrash size={15} />}
            disabled={locked}
            onClick={() => {
              setAsking('delete')
            }}
          >
            {t('editor.delete')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Confirm
        opened={asking === 'rename'}
        close={close}
        title={t('editor.rename')}
        action={t('editor.rename')}
        busy={fields.isPending}
        disabled={name.trim() === '' || name.trim() === saved}
        onConfirm={() => {
          fields.mutate({ name: name.trim() })
        }}
      >
        <Stack gap="xs">
          <TextInput
            label={t('editor.name')}
            value={name}
            data-autofocus
            onChange={(e) => {
              setName(e.currentTarget.value)
            }}
          />
          <Text size="sm" c="dimmed">
            {t('editor.renameText')}
          </Text>
        </Stack>
      </Confirm>
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
      <Confirm
        opened={asking === 'lock'}
        close={close}
        title={t('editor.lockTitle', { name: saved })}
        action={t('editor.lock')}
        busy={fields.isPending}
        onConfirm={() => {
          fields.mutate({ locked: { ui: true, allowUnlockUi: true, description: name.trim() } })
        }}
      >
        <Stack gap="xs">
          <Text size="sm">{t('editor.lockText')}</Text>
          <TextInput
            label={t('editor.lockWhy')}
            value={name}
            data-autofocus
            autoComplete="off"
            onChange={(e) => {
              setName(e.currentTarget.value)
            }}
          />
        </Stack>
      </Confirm>
      <Confirm
        opened={asking === 'delete'}
        close={close}
        title={t('editor.deleteTitle', { name: saved })}
        action={t('editor.delete')}
        danger
        busy={remove.isPending}
        onConfirm={() => {
          remove.mutate()
        }}
      >
        {t('editor.deleteText')}
      </Confirm>
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
