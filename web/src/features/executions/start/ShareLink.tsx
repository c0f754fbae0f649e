import { Button, CopyButton } from '@mantine/core'
import { IconLink } from '@tabler/icons-react'
import { useStart } from './texts'

/** A link that opens this dialog with what was given. */
export function ShareLink({ name, values }: { name: string; values: Record<string, string> }) {
  const s = useStart()
  const query = new URLSearchParams({
    start: name,
    ...Object.fromEntries(Object.entries(values).map(([k, v]) => [`param.${k}`, v])),
  })
  const { origin, pathname } = window.location
  return (
    <CopyButton value={`${origin}${pathname}?${query.toString()}`}>
      {({ copied, copy }) => (
        <Button
          variant="subtle"
          color="gray"
          size="compact-sm"
          leftSection={<IconLink size={14} />}
          onClick={copy}
        >
          {s(copied ? 'copied' : 'link')}
        </Button>
      )}
    </CopyButton>
  )
}
