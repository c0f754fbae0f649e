import { useQuery } from '@tanstack/react-query'
import { useParams, useSearch } from '@tanstack/react-router'
import { usePageTitle } from '@/components/PageTitle'
import { Failure, RowsLoading } from '@/components/States'
import { useTemplatesT } from '@/i18n/templates'
import { nameOf } from './model'
import { templatesQuery } from './queries'
import { TemplateView } from './TemplateView'

const from = '/templates/$id'

/** One template: its variables, its text, who uses it, and its versions. */
export function TemplatePage() {
  const t = useTemplatesT()
  const { id } = useParams({ from })
  const { version } = useSearch({ from })
  const { data, error, refetch } = useQuery(templatesQuery)
  const template = data?.find((x) => x.id === id)
  usePageTitle(template?.name ?? id, t('title'))
  if (error)
    return (
      <div className="page">
        <Failure error={error} retry={() => void refetch()} />
      </div>
    )
  if (!data)
    return (
      <div className="page">
        <RowsLoading />
      </div>
    )
  const shown = template?.versions.find((v) => nameOf(v) === version) ?? template?.versions[0]
  if (!template || !shown)
    return (
      <div className="page">
        <Failure error={new Error(t('none'))} />
      </div>
    )
  return <TemplateView key={`${id} ${nameOf(shown)}`} template={template} version={shown} />
}
