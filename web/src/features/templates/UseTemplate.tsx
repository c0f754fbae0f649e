import { Select, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { applicationsQuery } from '@/api/queries'
import { Dialog } from '@/components/Dialog'
import { useTemplatesT } from '@/i18n/templates'
import { FromTemplate } from './FromTemplate'
import type { Template, Version } from './model'

/** Makes a pipeline of a template, in an application that is chosen. */
export function UseTemplate({
  template,
  version,
  close,
}: {
  template: Template
  version: Version
  close: () => void
}) {
  const t = useTemplatesT()
  const { data = [] } = useQuery(applicationsQuery)
  const [app, setApp] = useState<string | null>(() =>
    template.scopes.length === 1 && template.scopes[0] !== 'global' ? (template.scopes[0] ?? null) : null,
  )
  const names = data.map((a) => a.name).sort()
  return (
    <Dialog close={close} size="lg" title={t('use')}>
      <Stack gap="sm">
        <Select
          label={t('application')}
          data={names}
          value={app !== null && names.includes(app) ? app : null}
          searchable
          limit={100}
          openOnFocus={false}
          onChange={setApp}
          data-autofocus
        />
        <FromTemplate key={app} app={app ?? undefined} template={template} version={version} close={close} />
      </Stack>
    </Dialog>
  )
}
