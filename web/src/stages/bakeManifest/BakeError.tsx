import { Alert, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import type { BakePreview } from './usePreview'
import { useBake } from './texts'

/** Why nothing was baked, and where. */
export function BakeError({ error }: { error: NonNullable<BakePreview['error']> }) {
  const b = useBake()
  const { place } = error
  return (
    <Alert role="alert" color="red" icon={<IconAlertTriangle size={16} />} title={b('failed')}>
      {place && (
        <Text size="sm" fw={550} className="mono" style={{ overflowWrap: 'anywhere' }}>
          {place.line === undefined
            ? place.file
            : place.column === undefined
              ? b('at', { file: place.file, line: place.line })
              : b('atColumn', { file: place.file, line: place.line, column: place.column })}
        </Text>
      )}
      <Text size="sm" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
        {error.message}
      </Text>
    </Alert>
  )
}
