import {
  IconApps,
  IconArrowsExchange,
  IconBolt,
  IconCloud,
  IconFolders,
  IconHistory,
  IconInbox,
  IconTemplate,
  type IconProps,
} from '@tabler/icons-react'
import type { ComponentType } from 'react'
import type { Key } from '@/i18n'

/** An entry of the sidebar. */
export type Place = {
  to: '/' | '/inbox' | '/runs' | '/events' | '/delivery' | '/projects' | '/accounts' | '/templates'
  label: Key
  icon: ComponentType<IconProps>
  group: 'work' | 'platform'
  /** The paths that belong to the entry; what begins with one of them does, too. */
  covers: readonly string[]
  /** What is shown beside the name, such as a count. */
  badge?: 'inbox'
}

/** The sidebar, in order: a feature adds its line when what it leads to works. */
export const places: readonly Place[] = [
  { to: '/inbox', label: 'nav.inbox', icon: IconInbox, group: 'work', covers: [], badge: 'inbox' },
  { to: '/', label: 'nav.applications', icon: IconApps, group: 'work', covers: ['/applications', '/new'] },
  { to: '/runs', label: 'nav.runs', icon: IconHistory, group: 'work', covers: ['/runs'] },
  { to: '/events', label: 'nav.events', icon: IconBolt, group: 'work', covers: ['/events'] },
  { to: '/projects', label: 'nav.projects', icon: IconFolders, group: 'work', covers: ['/projects'] },
  { to: '/accounts', label: 'nav.accounts', icon: IconCloud, group: 'platform', covers: ['/accounts'] },
  {
    to: '/templates',
    label: 'nav.templates',
    icon: IconTemplate,
    group: 'platform',
    covers: ['/templates'],
  },
  {
    to: '/delivery',
    label: 'nav.delivery',
    icon: IconArrowsExchange,
    group: 'platform',
    covers: ['/delivery'],
  },
]

/** Whether a path is in a place. */
export function isIn(place: Place, path: string): boolean {
  return path === place.to || place.covers.some((start) => path === start || path.startsWith(`${start}/`))
}
