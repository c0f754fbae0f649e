import { Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useTemplatesT } from '@/i18n/templates'
import type { Templated } from './queries'
import classes from './Templates.module.css'

const most = 200

/** The pipelines that use a template. */
export function TemplateUsers({ users }: { users: readonly Templated[] }) {
  const t = useTemplatesT()
  return (
    <section aria-label={t('usedBy')}>
      <h2 className={classes.section}>
        {t('usedBy')} {users.length > 0 && <span className="muted num">{users.length}</span>}
      </h2>
      <div className="card" style={{ marginBottom: 24 }}>
        {users.length === 0 && (
          <Text size="sm" c="dimmed" p="md">
            {t('unused')}
          </Text>
        )}
        {users.slice(0, most).map((u) => (
          <div key={u.pipelineConfigId} className={`${classes.line} hover-row`}>
            <Link
              to="/applications/$app/pipelines/$id/edit"
              params={{ app: u.application, id: u.pipelineConfigId }}
              className={`cut ${classes.name}`}
            >
              {u.pipelineName}
            </Link>
            <span className="cut muted">{u.application}</span>
            <span className="muted mono" style={{ marginLeft: 'auto', fontSize: 'var(--text-xs)' }}>
              {/[:@](.+)$/.exec(u.reference.replace('spinnaker://', ''))?.[1]?.slice(0, 18) ?? ''}
            </span>
          </div>
        ))}
      </div>
    </section>
  )
}
