import { Accordion, MultiSelect, NumberInput, Select, Skeleton, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useEffect } from 'react'
import { loadBalancersQuery } from '@/api/queries'
import { workloadRollbackQuery } from '@/api/rollback'
import { Failure } from '@/components/States'
import { useRollbackTexts } from '@/features/rollback/texts'
import { useT, useI18n } from '@/i18n'
import { useInfraT } from '@/i18n/infra'
import { kindAndName, moment } from '@/lib/format'
import type { KubernetesObject, Place } from '../object'
import { treeQuery } from '../objectQueries'
import { balancersOf, goesWith, type Action, type Choices } from './actions'
import { textOfTemplate, useRevisions } from './revisions'

const DiffView = lazy(() => import('@/components/DiffView'))

export type ChooseProps = {
  action: Action
  place: Place
  object: KubernetesObject
  choices: Choices
  change: (more: Partial<Choices>) => void
}

/** What is to be chosen for an action, and what will come of it. */
export function Choose(props: ChooseProps) {
  switch (props.action) {
    case 'scale':
      return <Scale {...props} />
    case 'undo':
      return <Undo {...props} />
    case 'delete':
    case 'terminate':
      return <Delete {...props} />
    case 'attach':
      return <Attach {...props} />
    case 'enable':
    case 'disable':
      return <Traffic {...props} />
    default:
      return <Simple {...props} />
  }
}

function Simple({ action, object }: ChooseProps) {
  const t = useT()
  const ti = useInfraT()
  const pods = object.spec?.replicas
  return (
    <Text>
      {action === 'restart' && pods !== undefined
        ? ti('act.restart', { n: pods })
        : t(
            `object.will.${action === 'pause' || action === 'resume' || action === 'restart' ? action : 'restart'}`,
          )}
    </Text>
  )
}

function Scale({ object, choices, change }: ChooseProps) {
  const t = useT()
  const from = object.spec?.replicas ?? 0
  const to = Number(choices.replicas)
  return (
    <>
      <NumberInput
        label={t('object.replicas')}
        min={0}
        max={10_000}
        allowDecimal={false}
        value={choices.replicas}
        onChange={(replicas) => {
          change({ replicas })
        }}
        data-autofocus
      />
      <Text>
        {to === from || choices.replicas === ''
          ? t('object.scaleSame', { from })
          : t(to > from ? 'object.scaleUp' : 'object.scaleDown', { from, to, n: Math.abs(to - from) })}
      </Text>
    </>
  )
}

/** A revision to go back to, and how the pods differ from those of now. */
function Undo({ place, choices, change }: ChooseProps) {
  const { t, language } = useI18n()
  const ti = useInfraT()
  const tr = useRollbackTexts()
  const { revisions, error, loading: reading } = useRevisions(place)
  const plan = useQuery(workloadRollbackQuery(place))
  const loading = reading || plan.isPending
  const [newest, before] = revisions
  const told = plan.data?.objects[0]
  const current = revisions.find((r) => r.number === told?.current?.number) ?? newest
  const failed = (n: number) => told?.revisions?.some((r) => r.number === n && r.failed) ?? false
  const chosen = revisions.find((r) => r.number === choices.revision)
  const suggested = told?.target?.number
  useEffect(() => {
    if (!loading && choices.revision === undefined && suggested !== undefined) change({ revision: suggested })
  }, [loading, choices.revision, suggested, change])
  if (error) return <Failure error={error} />
  if (loading) return <Skeleton height={120} />
  if (!current || !before) return <Text>{ti('act.noRevisions')}</Text>
  return (
    <>
      <Select
        label={ti('act.revision')}
        allowDeselect={false}
        value={chosen ? String(chosen.number) : null}
        onChange={(v) => {
          change({ revision: Number(v) })
        }}
        data={revisions.map((r) => ({
          value: String(r.number),
          disabled: r === current,
          label: [
            `${r.number}`,
            r.images.join(', '),
            r === current ? ti('act.isNow') : r.created ? moment(r.created, language) : '',
            failed(r.number) ? tr('failed') : r.number === suggested ? tr('suggested') : '',
          ]
            .filter(Boolean)
            .join(' · '),
        }))}
      />
      <Text>
        {chosen && chosen !== current
          ? ti('act.undoTo', { from: current.number, to: chosen.number })
          : ti('act.undoNow')}
      </Text>
      {plan.data?.verdict === 'noneGood' && (
        <Text size="sm" style={{ color: 'var(--wait)' }}>
          {tr('noSafe')}
        </Text>
      )}
      {chosen && failed(chosen.number) && (
        <Text size="sm" style={{ color: 'var(--bad)' }}>
          {tr('failedHint')}
        </Text>
      )}
      {chosen?.cause && (
        <Text size="sm" c="dimmed">
          {chosen.cause}
        </Text>
      )}
      {chosen && chosen !== current && (
        <>
          <Text size="xs" fw={600} c="dimmed">
            {ti('act.templates', { from: current.number, to: chosen.number })}
          </Text>
          {textOfTemplate(current) === textOfTemplate(chosen) ? (
            <Text size="sm" c="dimmed">
              {t('object.same')}
            </Text>
          ) : (
            <Suspense fallback={<Skeleton height={200} />}>
              <DiffView
                before={textOfTemplate(current)}
                after={textOfTemplate(chosen)}
                label={ti('act.templates', { from: current.number, to: chosen.number })}
              />
            </Suspense>
          )}
        </>
      )}
    </>
  )
}

function Delete({ action, place, object, choices, change }: ChooseProps) {
  const t = useT()
  const ti = useInfraT()
  const tree = useQuery(treeQuery(place))
  const owner = object.metadata?.ownerReferences?.find((r) => r.controller)
  const with_ = goesWith(tree.data?.nodes ?? [], place.name)
    .map(([kind, n]) => `${n} ${kind}`)
    .join(', ')
  return (
    <>
      {action === 'terminate' ? (
        <Text>
          {owner
            ? ti('act.terminateOwned', { owner: `${owner.kind ?? ''} ${owner.name ?? ''}` })
            : ti('act.terminate')}
        </Text>
      ) : (
        <>
          {tree.isPending ? (
            <Skeleton height={20} />
          ) : (
            <Text>
              {with_ === ''
                ? t('object.deleteText')
                : choices.cascading === 'orphan'
                  ? ti('act.orphans', { what: with_ })
                  : t('object.deleteWith', { what: with_ })}
            </Text>
          )}
          {owner && (
            <Text style={{ color: 'var(--wait)' }}>
              {ti('act.comesBack', { owner: `${owner.kind ?? ''} ${owner.name ?? ''}` })}
            </Text>
          )}
        </>
      )}
      <Accordion variant="default" styles={{ control: { paddingInline: 0 }, content: { paddingInline: 0 } }}>
        <Accordion.Item value="more" style={{ borderBottom: 0 }}>
          <Accordion.Control>{ti('act.options')}</Accordion.Control>
          <Accordion.Panel>
            <Stack gap="sm">
              {action === 'delete' && (
                <Select
                  label={ti('act.cascading')}
                  allowDeselect={false}
                  value={choices.cascading}
                  data={(['background', 'foreground', 'orphan'] as const).map((value) => ({
                    value,
                    label: ti(`act.cascade.${value}`),
                  }))}
                  onChange={(v) => {
                    change({ cascading: v === 'foreground' || v === 'orphan' ? v : 'background' })
                  }}
                />
              )}
              <NumberInput
                label={ti('act.grace')}
                description={ti('act.graceHelp')}
                min={0}
                max={86_400}
                allowDecimal={false}
                value={choices.grace}
                onChange={(grace) => {
                  change({ grace })
                }}
              />
            </Stack>
          </Accordion.Panel>
        </Accordion.Item>
      </Accordion>
    </>
  )
}

function Traffic({ action, object }: ChooseProps) {
  const t = useT()
  const ti = useInfraT()
  return (
    <>
      <Text>{t(action === 'enable' ? 'object.will.enable' : 'object.will.disable')}</Text>
      <Text size="sm" c="dimmed">
        {ti('act.balancers')}:{' '}
        {balancersOf(object)
          .map((b) => kindAndName(b).name)
          .join(', ')}
      </Text>
    </>
  )
}

function Attach({ place, object, choices, change }: ChooseProps) {
  const ti = useInfraT()
  const { data, error } = useQuery(loadBalancersQuery(place.app))
  const names = (data ?? [])
    .filter((b) => b.kind === 'service' && b.account === place.account && b.region === place.location)
    .map((b) => b.name)
  if (error) return <Failure error={error} />
  return (
    <>
      <MultiSelect
        label={ti('act.balancers')}
        placeholder={choices.balancers.length === 0 ? ti('act.chooseBalancers') : undefined}
        data={[...new Set([...names, ...balancersOf(object)])]}
        value={[...choices.balancers]}
        onChange={(balancers) => {
          change({ balancers })
        }}
        searchable
        nothingFoundMessage={ti('act.noBalancers')}
      />
      <Text>
        {choices.balancers.length > 0
          ? ti('act.attach', { to: choices.balancers.map((b) => kindAndName(b).name).join(', ') })
          : ti('act.attachHelp')}
      </Text>
    </>
  )
}
