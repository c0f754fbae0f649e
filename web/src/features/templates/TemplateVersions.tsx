import { Link } from '@tanstack/react-router'
import { Ago } from '@/components/Time'
import { useTemplatesT } from '@/i18n/templates'
import { nameOf, type Template, type Version } from './model'
import classes from './Templates.module.css'

/** The versions of a template, with the one that is shown marked. */
export function TemplateVersions({ template, version }: { template: Template; version: Version }) {
  const t = useTemplatesT()
  return (
    <section aria-label={t('versions')}>
      <h2 className={classes.section}>{t('versions')}</h2>
      <div className="card">
        {template.versions.map((v) => (
          <div
            key={v.tag + v.digest}
            className={`${classes.line} hover-row`}
            data-chosen={v === version || undefined}
          >
            <Link
              to="/templates/$id"
              params={{ id: template.id }}
              search={nameOf(v) === '' ? {} : { version: nameOf(v) }}
              className={`cut ${classes.name} ${v.digest ? 'mono' : ''}`}
              title={v.digest || undefined}
              style={v.digest ? { fontWeight: 400 } : undefined}
            >
              {v.digest ? v.digest.slice(0, 16) : v.tag || t('newest')}
            </Link>
            <span className="muted" style={{ marginLeft: 'auto' }}>
              {v.by}
            </span>
            <span className="muted">
              <Ago time={v.at} />
            </span>
          </div>
        ))}
      </div>
    </section>
  )
}
