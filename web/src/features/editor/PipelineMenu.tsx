import { Menu } from '@mantine/core'
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
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useAction } from '@/components/useAction'
import { IconButton } from '@/components/IconButton'
import { isTemplated } from '@/features/templates/model'
import { useT } from '@/i18n'
import { save } from '@/lib/download'
import { isObject, textOf } from './model'
import { PipelineDialogs, type Asking } from './PipelineDialogs'
import type { Draft } from './useDraft'

type Props = { app: string; draft: Draft; locked: boolean; openHistory: () => void }

/** What is done once in a while: rename, disable, lock, history, copy, delete. */
export function PipelineMenu({ app, draft: d, locked, openHistory }: Props) {
  const t = useT()
  const navigate = useNavigate()
  const [asking, setAsking] = useState<Asking>()
  const saved = textOf(d.saved['name'])
  const disabled = d.saved['disabled'] === true
  const unlockable = !isObject(d.saved['locked']) || d.saved['locked']['allowUnlockUi'] !== false
  const fields = useAction(d.saveFields)
  return (
    <>
      <Menu>
        <Menu.Target>
          <IconButton size="lg" label={t('editor.menu')}>
            <IconDots size={18} />
          </IconButton>
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
          <Menu.Item
            leftSection={<IconDownload size={15} />}
            onClick={() => {
              save(JSON.stringify(d.draft, undefined, 2), `${saved}.json`, 'application/json')
            }}
          >
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
              else setAsking('lock')
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
      <PipelineDialogs
        app={app}
        draft={d}
        asking={asking}
        close={() => {
          setAsking(undefined)
        }}
      />
    </>
  )
}
