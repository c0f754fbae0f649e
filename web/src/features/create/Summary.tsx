import { Title } from '@mantine/core'
import type { Draft } from './draft'
import { parseImage } from './image'
import { manifestsOf } from './manifests'
import { applicationName } from './names'
import { useCreateTexts } from './texts'
import classes from './NewApplication.module.css'

/** What has been said so far, beside the form. */
export function Summary({ d }: { d: Draft }) {
  const t = useCreateTexts()
  const what = whatOf(d)
  const objects =
    d.kind === 'image' && parseImage(d.image.image)
      ? (({ network, workload }) => [workload, ...network].map((m) => String(m['kind'])))(manifestsOf(d))
      : []
  const facts: [string, string, boolean?][] = [
    [t('sum.application'), applicationName(d.name) || t('unnamed')],
    [t('sum.what'), what || t(`kind.${d.kind}`), what !== ''],
    ...(d.place.account
      ? ([
          [t('sum.where'), `${d.place.account} · ${d.place.namespace}`],
          [t('sum.how'), t(`way.${d.way}`)],
        ] as [string, string][])
      : []),
    ...(objects.length > 0 ? [[t('sum.objects'), objects.join(', ')] as [string, string]] : []),
  ]
  const shown = d.kind === 'nothing' || d.kind === 'import' ? facts.slice(0, 2) : facts
  return (
    <aside className={`card ${classes.aside}`} aria-label={t('summary')}>
      <Title order={2} mb={12}>
        {t('summary')}
      </Title>
      <dl className={classes.facts}>
        {shown.map(([label, value, mono]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd className={mono ? 'mono' : undefined}>{value}</dd>
          </div>
        ))}
      </dl>
    </aside>
  )
}

function whatOf({ kind, image, repository: r, chart: c }: Draft): string {
  switch (kind) {
    case 'image':
      return image.image.trim()
    case 'repository':
      return r.from === 'git' ? r.url.trim() : r.file.trim()
    case 'chart':
      return c.from === 'archive' ? c.archive.trim() : [c.name, c.version].filter(Boolean).join(' ')
    default:
      return ''
  }
}
