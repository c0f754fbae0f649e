import { Button, Group, Select, Stack, Switch, Text, TextInput } from '@mantine/core'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import { IconButton } from '@/components/IconButton'
import { useInfraT } from '@/i18n/infra'
import classes from './AccountLimits.module.css'
import { spinnakerKinds, type CustomResource } from './definition'

/** Kinds of one's own, and how they are treated. */
export function CustomKinds({
  list,
  change,
}: {
  list: readonly CustomResource[]
  change: (list: CustomResource[]) => void
}) {
  const ti = useInfraT()
  const replace = (at: number, next: CustomResource | undefined) => {
    change(list.flatMap((r, i) => (i === at ? (next ? [next] : []) : [r])))
  }
  return (
    <div>
      <Text size="sm" fw={500}>
        {ti('account.own')}
      </Text>
      <Text size="xs" c="dimmed" mb={6}>
        {ti('account.ownHelp')}
      </Text>
      <Stack gap={8}>
        {list.map((r, at) => (
          <div key={at} className={classes.own}>
            <TextInput
              aria-label={ti('account.ownKind')}
              placeholder="Certificate.cert-manager.io"
              value={r.kubernetesKind}
              onChange={(e) => {
                replace(at, { ...r, kubernetesKind: e.currentTarget.value })
              }}
            />
            <Select
              aria-label={ti('account.ownPlace')}
              data={[...spinnakerKinds]}
              value={r.spinnakerKind ?? 'unclassified'}
              allowDeselect={false}
              onChange={(v) => {
                replace(at, { ...r, spinnakerKind: v ?? 'unclassified' })
              }}
            />
            <TextInput
              aria-label={ti('account.ownPriority')}
              placeholder={ti('account.ownPriority')}
              value={r.deployPriority ?? ''}
              onChange={(e) => {
                replace(at, { ...r, deployPriority: e.currentTarget.value })
              }}
            />
            <Switch
              label={ti('account.ownVersioned')}
              checked={r.versioned === true}
              onChange={(e) => {
                replace(at, { ...r, versioned: e.currentTarget.checked })
              }}
            />
            <IconButton
              size="lg"
              label={ti('account.ownRemove')}
              onClick={() => {
                replace(at, undefined)
              }}
            >
              <IconTrash size={16} />
            </IconButton>
          </div>
        ))}
        <Group>
          <Button
            size="compact-sm"
            variant="subtle"
            leftSection={<IconPlus size={14} />}
            onClick={() => {
              change([...list, { kubernetesKind: '' }])
            }}
          >
            {ti('account.ownAdd')}
          </Button>
        </Group>
      </Stack>
    </div>
  )
}
