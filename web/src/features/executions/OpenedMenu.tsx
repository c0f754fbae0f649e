import { Menu } from '@mantine/core'
import {
  IconBraces,
  IconCopy,
  IconDots,
  IconFileText,
  IconGitCompare,
  IconLink,
  IconPlayerPause,
  IconPlayerPlay,
  IconPlayerStop,
  IconRotateClockwise,
  IconTrash,
} from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { useRef, useState } from 'react'
import { deleteExecution, pauseExecution, resumeExecution } from '@/api/actions'
import type { Summary } from '@/api/queries'
import { Confirm } from '@/components/Confirm'
import { useAction } from '@/components/useAction'
import { IconButton } from '@/components/IconButton'
import { useRuns } from '@/features/execution/texts'
import { useT } from '@/i18n'
import { apiBase, basePath } from '@/lib/base'
import { isActive } from '@/lib/status'
import { CancelDialog } from './CancelDialog'

/** The address of an execution's page. */
function linkTo(e: { id: string; application?: string }): string {
  return `${window.location.origin}${basePath}/applications/${encodeURIComponent(e.application ?? '')}/executions/${encodeURIComponent(e.id)}`
}

export type Props = {
  execution: Pick<Summary, 'id' | 'name' | 'status' | 'application' | 'pipelineConfigId'>
  after?: () => void
}

/** The menu of an execution, and the dialogs that it opens. */
export function OpenedMenu({ execution: e, after }: Props) {
  const t = useT()
  const target = useRef<HTMLButtonElement>(null)
  const r = useRuns()
  const navigate = useNavigate()
  const [asking, setAsking] = useState<'cancel' | 'delete'>()
  const pause = useAction(() => pauseExecution(e.id))
  const resume = useAction(() => resumeExecution(e.id))
  const remove = useAction(() => deleteExecution(e.id), { done: t('execution.deleted'), then: after })
  const active = isActive(e.status)
  return (
    <>
      <Menu
        defaultOpened
        onClose={() => {
          target.current?.focus()
        }}
      >
        <Menu.Target>
          <IconButton ref={target} label={t('execution.actions')} size="md">
            <IconDots size={17} />
          </IconButton>
        </Menu.Target>
        <Menu.Dropdown>
          {e.pipelineConfigId && (
            <Menu.Item
              leftSection={<IconRotateClockwise size={15} />}
              onClick={() =>
                void navigate({
                  to: '/applications/$app/executions',
                  params: { app: e.application ?? '' },
                  search: { start: e.name, like: e.id },
                })
              }
            >
              {t('execution.rerun')}
            </Menu.Item>
          )}
          {e.pipelineConfigId && (
            <Menu.Item
              leftSection={<IconGitCompare size={15} />}
              onClick={() =>
                void navigate({
                  to: '/applications/$app/executions/$id/compare',
                  params: { app: e.application ?? '', id: e.id },
                })
              }
            >
              {r('compare')}
            </Menu.Item>
          )}
          {e.status === 'RUNNING' && (
            <Menu.Item
              leftSection={<IconPlayerPause size={15} />}
              onClick={() => {
                pause.mutate()
              }}
            >
              {t('execution.pause')}
            </Menu.Item>
          )}
          {e.status === 'PAUSED' && (
            <Menu.Item
              leftSection={<IconPlayerPlay size={15} />}
              onClick={() => {
                resume.mutate()
              }}
            >
              {t('execution.resume')}
            </Menu.Item>
          )}
          <Menu.Divider />
          <Menu.Item
            leftSection={<IconFileText size={15} />}
            onClick={() =>
              void navigate({
                to: '/applications/$app/executions/$id',
                params: { app: e.application ?? '', id: e.id },
                search: { view: 'report' },
              })
            }
          >
            {r('report.open')}
          </Menu.Item>
          <Menu.Item
            leftSection={<IconBraces size={15} />}
            component="a"
            href={`${apiBase}/pipelines/${encodeURIComponent(e.id)}`}
            download={`${e.name ?? e.id}.json`}
          >
            {r('source')}
          </Menu.Item>
          <Menu.Item
            leftSection={<IconLink size={15} />}
            onClick={() => void navigator.clipboard.writeText(linkTo(e))}
          >
            {r('copyLink')}
          </Menu.Item>
          <Menu.Item
            leftSection={<IconCopy size={15} />}
            onClick={() => void navigator.clipboard.writeText(e.id)}
          >
            {t('execution.copyId')}
          </Menu.Item>
          <Menu.Divider />
          {active ? (
            <Menu.Item
              color="red"
              leftSection={<IconPlayerStop size={15} />}
              onClick={() => {
                setAsking('cancel')
              }}
            >
              {t('execution.cancel')}
            </Menu.Item>
          ) : (
            <Menu.Item
              color="red"
              leftSection={<IconTrash size={15} />}
              onClick={() => {
                setAsking('delete')
              }}
            >
              {t('execution.delete')}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      <CancelDialog
        execution={e}
        opened={asking === 'cancel'}
        close={() => {
          setAsking(undefined)
        }}
      />
      <Confirm
        opened={asking === 'delete'}
        close={() => {
          setAsking(undefined)
        }}
        title={t('execution.deleteTitle')}
        action={t('execution.delete')}
        danger
        busy={remove.isPending}
        onConfirm={() => {
          remove.mutate(undefined, {
            onSettled: () => {
              setAsking(undefined)
            },
          })
        }}
      >
        {t('execution.deleteText', { name: e.name ?? '' })}
      </Confirm>
    </>
  )
}
