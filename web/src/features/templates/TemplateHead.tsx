import { Badge, Button, Group, Title } from '@mantine/core'
import { IconEdit, IconPlus, IconTrash } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { Toolbar } from '@/components/Toolbar'
import { useT } from '@/i18n'
import { useTemplatesT } from '@/i18n/templates'
import type { Template, Version } from './model'
import classes from './Templates.module.css'

type Props = {
  template: Template
  version: Version
  edit: boolean
  changed: boolean
  startEditing: () => void
  stopEditing: () => void
  save: () => void
  remove: () => void
  use: () => void
}

/** A template's name, and what can be done with it. */
export function TemplateHead(props: Props) {
  const { template, version, edit, changed } = props
  const t = useTemplatesT()
  const common = useT()
  const v2 = template.schema === 'v2'
  return (
    <Toolbar justify="space-between" mb={6} gap="sm">
      <Group gap={6} wrap="nowrap" style={{ minWidth: 0 }}>
        <Link to="/templates" search={{}} className={classes.up}>
          {t('title')}
        </Link>
        <span className="muted" aria-hidden>
          /
        </span>
        <Title order={1} className="cut" fz="lg">
          {template.name}
        </Title>
        {version.body['protect'] === true && (
          <Badge size="sm" variant="light" color="gray">
            {t('protectedBadge')}
          </Badge>
        )}
        {!v2 && (
          <Badge size="sm" variant="light" color="gray">
            {t('v1')}
          </Badge>
        )}
      </Group>
      <Group gap="xs">
        {edit ? (
          <>
            <Button size="xs" variant="default" onClick={props.stopEditing}>
              {common('common.cancel')}
            </Button>
            <Button size="xs" disabled={!changed} onClick={props.save}>
              {t('save')}
            </Button>
          </>
        ) : (
          <>
            <Button size="xs" variant="default" leftSection={<IconTrash size={15} />} onClick={props.remove}>
              {t('delete')}
            </Button>
            {version.digest === '' && (
              <Button
                size="xs"
                variant="default"
                leftSection={<IconEdit size={15} />}
                onClick={props.startEditing}
              >
                {t('edit')}
              </Button>
            )}
            {v2 && (
              <Button size="xs" leftSection={<IconPlus size={15} />} onClick={props.use}>
                {t('use')}
              </Button>
            )}
          </>
        )}
      </Group>
    </Toolbar>
  )
}
