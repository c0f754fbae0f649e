import { Alert, Button, Menu, NumberInput, Stack, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconChevronDown, IconFileCode } from '@tabler/icons-react'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { runTask, sayError } from '@/api/actions'
import { serverGroupsQuery } from '@/api/queries'
import { Confirm } from '@/components/Confirm'
import { useT } from '@/i18n'
import { useInfraT } from '@/i18n/infra'
import { kindAndName } from '@/lib/format'
import { actionsFor, editPath, jobFor, type Action, type KubernetesObject, type Place } from './object'
import { treeQuery } from './objectQueries'

type Props = { place: Place; object: KubernetesObject; close: () => void }

/** What can be done with an object; each thing says first what will come of it. */
export function ObjectActions({ place, object, close }: Props) {
  const t = useT()
  const ti = useInfraT()
  const [asked, setAsked] = useState<Action>()
  const groups = useQuery(serverGroupsQuery(place.app))
  const group = groups.data?.find((g) => g.account === place.account && g.region === place.location && g.name === place.name)
  const offered = actionsFor(place.name, object, !group?.isDisabled)
  return (
    <>
      <Menu>
        <Menu.Target><Button size="xs" variant="default" rightSection={<IconChevronDown size={14} />}>{t('object.actions')}</Button></Menu.Target>
        <Menu.Dropdown>
          <Menu.Item component={Link} to={editPath(place)} leftSection={<IconFileCode size={15} />}>{ti('manifest.editMenu')}</Menu.Item>
          {offered.map((a) => <Menu.Item key={a} color={a === 'delete' ? 'red' : undefined} onClick={() => { setAsked(a) }}>{t(`object.do.${a}`)}</Menu.Item>)}
        </Menu.Dropdown>
      </Menu>
      {asked && <Ask key={asked} action={asked} place={place} object={object} dismiss={() => { setAsked(undefined) }} done={() => { setAsked(undefined); if (asked === 'delete') close() }} />}
    </>
  )
}

function Ask({ action, place, object, dismiss, done }: { action: Action; place: Place; object: KubernetesObject; dismiss: () => void; done: () => void }) {
  const t = useT()
  const { name } = kindAndName(place.name)
  const now = object.spec?.replicas ?? 0
  const [replicas, setReplicas] = useState<number | string>(now)
  const more = action === 'scale' ? { replicas: Number(replicas) } : action === 'undo' ? { numRevisionsBack: 1 } : action === 'delete' ? { options: { cascading: true } } : {}
  const run = useMutation({
    mutationFn: () => runTask(place.app, `${t(`object.do.${action}`)}: ${place.name}`, [jobFor(action, place, more)]),
    onSuccess: () => {
      notifications.show({ color: 'green', message: t('object.done', { what: t(`object.do.${action}`), name }) })
      done()
    },
  })
  return (
    <Confirm
      opened close={dismiss} title={`${t(`object.do.${action}`)}: ${name}`} action={t(`object.do.${action}`)} danger={action === 'delete' || action === 'disable'}
      busy={run.isPending} disabled={action === 'scale' && (replicas === '' || Number(replicas) === now)} onConfirm={() => { run.mutate() }}
    >
      <Stack gap="sm">
        {action === 'scale' && <NumberInput label={t('object.replicas')} min={0} max={10_000} allowDecimal={false} value={replicas} onChange={setReplicas} data-autofocus />}
        <Consequence action={action} place={place} from={now} to={Number(replicas)} />
        <Text size="sm" c="dimmed">{place.account} · {place.location}</Text>
        {run.isPending && <Text size="sm" c="dimmed">{t('object.works')}</Text>}
        {run.isError && <Alert color="red" variant="light" style={{ whiteSpace: 'pre-wrap' }}>{sayError(run.error)}</Alert>}
      </Stack>
    </Confirm>
  )
}

function Consequence({ action, place, from, to }: { action: Action; place: Place; from: number; to: number }) {
  const t = useT()
  const tree = useQuery({ ...treeQuery(place), enabled: action === 'delete' })
  const groups = useQuery({ ...serverGroupsQuery(place.app), enabled: action === 'undo' })
  if (action === 'scale') return <Text>{to === from ? t('object.scaleSame', { from }) : t(to > from ? 'object.scaleUp' : 'object.scaleDown', { from, to, n: Math.abs(to - from) })}</Text>
  if (action === 'undo') {
    const own = (groups.data ?? []).filter((g) => g.account === place.account && g.region === place.location && g.cluster === place.name)
      .sort((a, b) => (b.moniker.sequence ?? 0) - (a.moniker.sequence ?? 0))
    const [current, before] = own
    if (!groups.data || !current || !before) return <Text>{t('object.undoText')}</Text>
    return <Text>{t('object.undoTo', { from: (current.buildInfo.images ?? []).join(', '), to: (before.buildInfo.images ?? []).join(', '), group: kindAndName(before.name).name })}</Text>
  }
  if (action === 'delete') {
    const nodes = tree.data?.nodes ?? []
    const start = nodes.findIndex((n) => n.name === place.name)
    const gone = new Set(start < 0 ? [] : [nodes[start]?.uid])
    const counts = new Map<string, number>()
    for (const n of nodes.slice(start + 1)) {
      if (n.parent === undefined || !gone.has(n.parent)) continue
      gone.add(n.uid)
      counts.set(n.kind, (counts.get(n.kind) ?? 0) + 1)
    }
    const what = [...counts].map(([kind, n]) => `${n} ${kind}`).join(', ')
    return <Text>{what ? t('object.deleteWith', { what }) : t('object.deleteText')}</Text>
  }
  return <Text>{t(`object.will.${action}`)}</Text>
}
