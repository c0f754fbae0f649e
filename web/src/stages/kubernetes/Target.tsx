import { Group, SegmentedControl } from '@mantine/core'
import { useT } from '@/i18n'
import { useQuery } from '@tanstack/react-query'
import { resourcesQuery } from '@/api/queries'
import { ChoiceField, TextField } from '@/features/editor/fields'
import { textOf } from '@/features/editor/model'
import { field, type FormProps } from '../kit'

/** Which object a stage is about: one by its name, the newest of a cluster, or all with some labels. */
export function Target({ labels, ...p }: FormProps & { labels?: boolean }) {
  const t = useT()
  const live = useQuery({ ...resourcesQuery(p.app), staleTime: 30_000 })
  const mode = textOf(p.stage['mode']) || 'static'
  const name = textOf(p.stage['manifestName'])
  const space = name.indexOf(' ')
  const [kind, object] = space < 0 ? [name, ''] : [name.slice(0, space), name.slice(space + 1)]
  const setName = (k: string, n: string) => {
    p.set('manifestName', `${k} ${n}`.trimEnd() || undefined)
  }
  // What is there already, of the account and the namespace that are chosen.
  const there = (live.data ?? []).filter(
    (r) =>
      (!p.stage['account'] || r.account === p.stage['account']) &&
      (!p.stage['location'] || r.namespace === p.stage['location']),
  )
  const names = there
    .filter((r) => kind === '' || r.kind?.toLowerCase() === kind.toLowerCase())
    .map((r) => r.displayName ?? '')
  const clusters = [...new Set(there.map((r) => textOf(r.moniker?.cluster)))]
  const all = [
    'deployment',
    'statefulSet',
    'daemonSet',
    'replicaSet',
    'service',
    'ingress',
    'configMap',
    'secret',
    'job',
    'cronJob',
    'pod',
    'networkPolicy',
  ]
  return (
    <>
      <Group grow align="start">
        <TextField {...field(p, 'account')} help={undefined} choices={p.suggest('account') ?? []} />
        <TextField {...field(p, 'location')} help={undefined} choices={p.suggest('location') ?? []} />
      </Group>
      {p.fields.has('mode') && (
        <SegmentedControl
          size="xs"
          aria-label={p.fields.get('mode')?.label}
          value={mode}
          onChange={(v) => {
            p.set('mode', v)
          }}
          style={{ alignSelf: 'start' }}
          data={[
            { value: 'static', label: t('editor.byName') },
            { value: 'dynamic', label: t('editor.byCluster') },
            ...(labels ? [{ value: 'label', label: t('editor.byLabels') }] : []),
          ]}
        />
      )}
      {mode === 'static' && (
        <Group grow align="start">
          <TextField
            label={t('editor.kind')}
            value={kind}
            choices={all}
            onChange={(k) => {
              setName(k ?? '', object)
            }}
          />
          <TextField
            label={t('editor.objectName')}
            value={object}
            choices={names}
            onChange={(n) => {
              setName(kind, n ?? '')
            }}
          />
        </Group>
      )}
      {mode === 'dynamic' && (
        <>
          <Group grow align="start">
            <TextField {...field(p, 'kind')} help={undefined} choices={all} />
            <TextField
              {...field(p, 'cluster')}
              help={undefined}
              placeholder="replicaSet web"
              choices={clusters}
            />
          </Group>
          <ChoiceField
            {...field(p, 'criteria')}
            help={undefined}
            choices={['newest', 'second_newest', 'oldest', 'largest', 'smallest']}
          />
        </>
      )}
    </>
  )
}
