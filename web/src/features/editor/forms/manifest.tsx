import { Group, SegmentedControl, Stack } from '@mantine/core'
import { useT } from '@/i18n'
import { useQuery } from '@tanstack/react-query'
import { resourcesQuery } from '@/api/queries'
import {
  ChoiceField,
  ManifestsField,
  NumberField,
  SwitchField,
  TextField,
  TextsField,
  ValueField,
} from '../fields'
import { isObject, setField, textOf } from '../model'
import { field, inner, type FormProps } from './kit'

// The stages about Kubernetes objects.

export const deployFields = [
  'account',
  'manifests',
  'source',
  'manifestArtifactId',
  'manifestArtifactAccount',
  'namespaceOverride',
  'skipExpressionEvaluation',
  'trafficManagement',
  'moniker',
  'requiredArtifactIds',
]

export function DeployForm(p: FormProps) {
  const t = useT()
  const traffic = isObject(p.stage['trafficManagement']) ? p.stage['trafficManagement'] : {}
  const options = isObject(traffic['options']) ? traffic['options'] : {}
  const setOptions = (next: typeof options) => {
    p.set('trafficManagement', { ...traffic, options: next })
  }
  return (
    <Stack gap="sm">
      <Group grow align="start">
        <TextField {...field(p, 'account')} help={undefined} choices={p.suggest('account') ?? []} />
        <TextField
          {...field(p, 'namespaceOverride')}
          help={undefined}
          placeholder={t('editor.fromManifest')}
          choices={p.suggest('location') ?? []}
        />
      </Group>
      <Source {...p} />
      {textOf(p.stage['source']) === 'artifact' ? (
        <ArtifactSource {...p} />
      ) : (
        <ManifestsField {...field(p, 'manifests')} help={t('editor.manifestsHelp')} words={p.words} />
      )}
      <SwitchField {...field(p, 'skipExpressionEvaluation')} />
      <TextsField {...field(p, 'requiredArtifactIds')} choices={p.suggest('artifact')?.slice()} />
      <SwitchField
        label={t('editor.traffic')}
        help={t('editor.trafficHelp')}
        value={traffic['enabled']}
        onChange={(v) => {
          p.set('trafficManagement', { ...traffic, enabled: v })
        }}
      />
      {textOf(traffic['enabled']) === 'true' && (
        <>
          <TextsField label={t('editor.services')} {...inner(options, 'services', setOptions)} />
          <Group grow>
            <ChoiceField
              label={t('editor.strategy')}
              choices={['none', 'bluegreen', 'redblack', 'highlander', 'rollingredblack']}
              {...inner(options, 'strategy', setOptions)}
            />
          </Group>
          <SwitchField label={t('editor.sendTraffic')} {...inner(options, 'enableTraffic', setOptions)} />
        </>
      )}
    </Stack>
  )
}

function Source(p: FormProps) {
  const t = useT()
  return (
    <SegmentedControl
      size="xs"
      aria-label={p.fields.get('source')?.label}
      value={textOf(p.stage['source']) === 'artifact' ? 'artifact' : 'text'}
      onChange={(v) => {
        p.set('source', v)
      }}
      data={[
        { value: 'text', label: t('editor.sourceText') },
        { value: 'artifact', label: t('editor.sourceArtifact') },
      ]}
      style={{ alignSelf: 'start' }}
    />
  )
}

function ArtifactSource(p: FormProps) {
  return (
    <>
      <TextField {...field(p, 'manifestArtifactId')} choices={p.suggest('artifact') ?? []} />
      <TextField {...field(p, 'manifestArtifactAccount')} choices={p.suggest('artifactAccount') ?? []} />
    </>
  )
}

export const targetFields = [
  'account',
  'location',
  'manifestName',
  'mode',
  'kind',
  'app',
  'cluster',
  'criteria',
]

/** Which object a stage is about: one by its name, the newest of a cluster, or all with some labels. */
function Target({ labels, ...p }: FormProps & { labels?: boolean }) {
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

/** The stages that are about one object, and ask for no more than which. */
export function ObjectForm(p: FormProps) {
  return (
    <Stack gap="sm">
      <Target {...p} />
    </Stack>
  )
}

export function UndoForm(p: FormProps) {
  const t = useT()
  const exact = p.stage['revision'] !== undefined
  return (
    <Stack gap="sm">
      <Target {...p} />
      <SegmentedControl
        size="xs"
        aria-label={t('editor.undoHow')}
        value={exact ? 'exact' : 'back'}
        style={{ alignSelf: 'start' }}
        data={[
          { value: 'back', label: t('editor.undoBack') },
          { value: 'exact', label: t('editor.undoExact') },
        ]}
        onChange={(v) => {
          p.change(
            setField(
              setField(p.stage, 'revision', v === 'exact' ? '' : undefined),
              'numRevisionsBack',
              v === 'exact' ? undefined : 1,
            ),
          )
        }}
      />
      {exact ? (
        <NumberField {...field(p, 'revision')} help={undefined} />
      ) : (
        <NumberField {...field(p, 'numRevisionsBack')} help={undefined} />
      )}
    </Stack>
  )
}

export const patchFields = [
  ...targetFields,
  'patchBody',
  'source',
  'manifestArtifactId',
  'manifestArtifactAccount',
  'options',
]

export function PatchForm(p: FormProps) {
  const t = useT()
  const options = isObject(p.stage['options']) ? p.stage['options'] : {}
  const setOptions = (next: typeof options) => {
    p.set('options', next)
  }
  return (
    <Stack gap="sm">
      <Target {...p} />
      <ChoiceField
        label={t('editor.strategy')}
        clearable={false}
        choices={['strategic', 'merge', 'json']}
        value={textOf(options['mergeStrategy']) || 'strategic'}
        onChange={(v) => {
          setOptions({ ...options, mergeStrategy: v })
        }}
      />
      <Source {...p} />
      {textOf(p.stage['source']) === 'artifact' ? (
        <ArtifactSource {...p} />
      ) : (
        <ValueField {...field(p, 'patchBody')} words={p.words} />
      )}
      <SwitchField label={t('editor.record')} otherwise {...inner(options, 'record', setOptions)} />
    </Stack>
  )
}

export function ScaleForm(p: FormProps) {
  return (
    <Stack gap="sm">
      <Target {...p} />
      <NumberField {...field(p, 'replicas')} help={undefined} />
    </Stack>
  )
}

export function DeleteForm(p: FormProps) {
  const t = useT()
  const options = isObject(p.stage['options']) ? p.stage['options'] : {}
  const setOptions = (next: typeof options) => {
    p.set('options', next)
  }
  const selectors =
    isObject(p.stage['labelSelectors']) && Array.isArray(p.stage['labelSelectors']['selectors'])
      ? p.stage['labelSelectors']['selectors']
      : []
  return (
    <Stack gap="sm">
      <Target {...p} labels />
      {textOf(p.stage['mode']) === 'label' && (
        <>
          <TextsField {...field(p, 'kinds')} />
          <TextsField
            label={t('editor.labels')}
            help={t('editor.labelsHelp')}
            value={selectors.map((s) =>
              isObject(s)
                ? `${textOf(s['key'])}=${(Array.isArray(s['values']) ? s['values'] : []).map(textOf).join('|')}`
                : '',
            )}
            onChange={(list) => {
              p.set(
                'labelSelectors',
                list && {
                  selectors: list.map((text) => {
                    const kept: unknown = selectors.find(
                      (s) =>
                        isObject(s) &&
                        `${textOf(s['key'])}=${(Array.isArray(s['values']) ? s['values'] : []).map(textOf).join('|')}` ===
                          text,
                    )
                    const [key = '', value = ''] = text.split('=')
                    return (
                      kept ?? {
                        kind: 'EQUALS',
                        key: key.trim(),
                        values: value.split('|').map((v) => v.trim()),
                      }
                    )
                  }),
                },
              )
            }}
          />
        </>
      )}
      <SwitchField
        label={t('editor.cascading')}
        help={t('editor.cascadingHelp')}
        value={options['cascading']}
        otherwise
        onChange={(v) => {
          setOptions(setField(options, 'cascading', v))
        }}
      />
      <NumberField
        label={t('editor.grace')}
        unit={t('editor.seconds')}
        {...inner(options, 'gracePeriodSeconds', setOptions)}
      />
    </Stack>
  )
}

export const runJobFields = [
  'account',
  'credentials',
  'application',
  'namespace',
  'source',
  'manifest',
  'manifestArtifactId',
  'manifestArtifactAccount',
  'waitForCompletion',
  'consumeArtifactSource',
  'propertyFile',
]

export function RunJobForm(p: FormProps) {
  const t = useT()
  return (
    <Stack gap="sm">
      <Group grow align="start">
        <TextField {...field(p, 'account')} help={undefined} choices={p.suggest('account') ?? []} />
        <TextField
          {...field(p, 'namespace')}
          help={undefined}
          placeholder={t('editor.fromManifest')}
          choices={p.suggest('location') ?? []}
        />
      </Group>
      <Source {...p} />
      {textOf(p.stage['source']) === 'artifact' ? (
        <ArtifactSource {...p} />
      ) : (
        <ManifestsField single {...field(p, 'manifest')} words={p.words} />
      )}
      <SwitchField {...field(p, 'waitForCompletion')} otherwise />
      <ChoiceField {...field(p, 'consumeArtifactSource')} choices={['none', 'propertyFile', 'artifact']} />
      {textOf(p.stage['consumeArtifactSource']) === 'propertyFile' && (
        <TextField {...field(p, 'propertyFile')} />
      )}
    </Stack>
  )
}
