import { Accordion, NumberInput, Select, Skeleton, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useT } from '@/i18n'
import { useInfraT } from '@/i18n/infra'
import { treeQuery } from '../objectQueries'
import { goesWith } from './actions'
import { type ChooseProps } from './chooseProps'

/** How an object is deleted, and what goes with it. */
export function ChooseDeletion({ action, place, object, choices, change }: ChooseProps) {
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
