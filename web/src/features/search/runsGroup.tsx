import type { SpotlightActionGroupData } from '@mantine/spotlight'
import { IconHistory } from '@tabler/icons-react'
import type { Translate } from '@/i18n'

/** Leads to the runs with a text, which the palette itself doesn't search. */
export function runsGroup(t: Translate, query: string, onClick: () => void): SpotlightActionGroupData {
  return {
    group: t('search.runs'),
    actions: [
      {
        id: 'find runs',
        label: t('search.findRuns', { query }),
        description: t('search.findRunsHelp'),
        leftSection: <IconHistory size={18} />,
        onClick,
      },
    ],
  }
}
