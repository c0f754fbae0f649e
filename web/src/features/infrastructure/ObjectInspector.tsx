import { Group, Text } from '@mantine/core'
import { IconExternalLink } from '@tabler/icons-react'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { Inspector } from '@/components/Inspector'
import { IconButton } from '@/components/IconButton'
import { useInfraT } from '@/i18n/infra'
import { kindAndName } from '@/lib/format'
import { ObjectDetail } from './ObjectDetail'
import { focusRow, inspected, useStepping } from './useStepping'

const from = '/applications/$app/infrastructure'

/** An object in detail, beside the list that it is in. */
export function ObjectInspector({ app }: { app: string }) {
  const ti = useInfraT()
  const { in: account, at, show, tab, do: asked } = useSearch({ from })
  const navigate = useNavigate({ from })
  const set = (change: { tab?: string; do?: string }) =>
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true, resetScroll: false })
  const place = account && show ? { app, account, location: at ?? '_', name: show } : undefined
  const row = place && inspected(account, at, place.name)
  useStepping(row)
  const close = () => {
    focusRow(row)
    void navigate({
      search: (before) => ({
        ...before,
        in: undefined,
        at: undefined,
        show: undefined,
        tab: undefined,
        do: undefined,
      }),
      resetScroll: false,
    })
  }
  if (!place) return null
  const { kind, name } = kindAndName(show ?? '')
  return (
    <Inspector
      name={name}
      close={close}
      title={
        <Group gap={8} wrap="wrap">
          <Text fw={600} style={{ overflowWrap: 'anywhere' }}>
            {name}
          </Text>
          <Text c="dimmed" size="sm">
            {kind}
          </Text>
          {kind === 'pod' && (
            <IconButton
              size="sm"
              label={ti('instance.page')}
              renderRoot={(props) => (
                <Link
                  {...props}
                  to="/instances/$account/$region/$name"
                  params={{ account: place.account, region: place.location, name }}
                />
              )}
            >
              <IconExternalLink size={15} />
            </IconButton>
          )}
        </Group>
      }
    >
      <ObjectDetail
        key={`${place.account} ${place.location} ${place.name}`}
        place={place}
        close={close}
        tab={tab}
        setTab={(v) => {
          set({ tab: v })
        }}
        asked={asked}
        ask={(v) => {
          set({ do: v })
        }}
      />
    </Inspector>
  )
}
