import { Group, Text } from '@mantine/core'
import { inShort } from '@/features/editor/evaluate'
import { useTemplatesT } from '@/i18n/templates'
import { variablesOf, type Version } from './model'
import classes from './Templates.module.css'

/** The variables of a version of a template. */
export function TemplateVariables({ version }: { version: Version }) {
  const t = useTemplatesT()
  const variables = variablesOf(version.body)
  return (
    <section aria-label={t('variables')}>
      <h2 className={classes.section}>{t('variables')}</h2>
      <div className="card" style={{ marginBottom: 24 }}>
        {variables.length === 0 && (
          <Text size="sm" c="dimmed" p="md">
            {t('noVariables')}
          </Text>
        )}
        {variables.map((v) => (
          <div key={v.name} className={classes.variable}>
            <Group gap={8}>
              <Text size="sm" fw={550} className="mono">
                {v.name}
              </Text>
              <Text size="xs" c="dimmed">
                {v.type}
                {v.required && ` · ${t('required')}`}
              </Text>
            </Group>
            {v.description && (
              <Text size="sm" c="dimmed">
                {v.description}
              </Text>
            )}
            {v.default !== undefined && (
              <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
                {t('useDefault', { value: inShort(v.default) })}
              </Text>
            )}
          </div>
        ))}
      </div>
    </section>
  )
}
