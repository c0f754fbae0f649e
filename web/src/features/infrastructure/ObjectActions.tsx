import { Button, Menu } from '@mantine/core'
import { IconChevronDown, IconFileCode } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { serverGroupsQuery } from '@/api/queries'
import { useT } from '@/i18n'
import { useInfraT } from '@/i18n/infra'
import { ActionDialog } from './actions/ActionDialog'
import { dangerous, offersFor, type Action } from './actions/actions'
import { useActionName } from './actions/names'
import { editPath, type KubernetesObject, type Place } from './object'

type Props = {
  place: Place
  object: KubernetesObject
  close: () => void
  asked: Action | undefined
  ask: (action: Action | undefined) => void
}

/** What can be done with an object; each thing says first what will come of it. */
export function ObjectActions({ place, object, close, asked, ask }: Props) {
  const t = useT()
  const ti = useInfraT()
  const name = useActionName()
  const groups = useQuery(serverGroupsQuery(place.app))
  const group = groups.data?.find(
    (g) => g.account === place.account && g.region === place.location && g.name === place.name,
  )
  const offered = offersFor(place, object, group?.isDisabled ?? false)
  const offer = offered.find((o) => o.action === asked)
  return (
    <>
      <Menu>
        <Menu.Target>
          <Button size="xs" variant="default" rightSection={<IconChevronDown size={14} />}>
            {t('object.actions')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item component={Link} to={editPath(place)} leftSection={<IconFileCode size={15} />}>
            {ti('manifest.editMenu')}
          </Menu.Item>
          <Menu.Divider />
          {offered.map(({ action, revision }) => (
            <Menu.Item
              key={action}
              color={dangerous(action) && action !== 'disable' ? 'red' : undefined}
              onClick={() => {
                ask(action)
              }}
            >
              {revision === undefined ? name(action) : ti('act.backToThis')}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      {offer && (
        <ActionDialog
          key={offer.action}
          offer={offer}
          dismiss={() => {
            ask(undefined)
          }}
          done={() => {
            if (offer.action === 'delete' || offer.action === 'terminate') close()
            else ask(undefined)
          }}
        />
      )}
    </>
  )
}
