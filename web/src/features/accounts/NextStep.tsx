import { Alert, Button, Group } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useAccountT } from '@/i18n/accounts'

/** What to do with a cluster that was just added. */
export function NextStep({ name }: { name: string }) {
  const ta = useAccountT()
  return (
    <Alert color="green" p="xs" mb="md">
      <Group justify="space-between" gap="xs">
        {ta('next', { name })}
        <Button size="compact-sm" renderRoot={(props) => <Link {...props} to="/new" />}>
          {ta('nextApplication')}
        </Button>
      </Group>
    </Alert>
  )
}
