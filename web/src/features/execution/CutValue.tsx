import { Button, Group, Text } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { client, unwrap } from '@/api/client'
import type { Cut } from '@/api/queries'
import { JsonView } from '@/components/JsonView'
import { TextView } from '@/components/TextView'
import { Failure, RowsLoading } from '@/components/States'
import { apiBase } from '@/lib/base'
import { bytes } from '@/lib/format'
import { useRuns } from './texts'

const mostShown = 1_000_000

/** A value that is too large to load with its stage: its beginning, and the rest when asked for. */
export function CutValue({ execution, cut }: { execution: string; cut: Cut }) {
  const r = useRuns()
  const [open, setOpen] = useState(false)
  const path = { id: execution, stageId: cut.stageId }
  const value = useQuery({
    queryKey: ['stageValue', execution, cut.stageId, cut.pointer, cut.bytes],
    queryFn: () =>
      unwrap(
        client.GET('/pipelines/{id}/stages/{stageId}/value', {
          params: { path, query: { pointer: cut.pointer } },
        }),
      ),
    enabled: open,
    gcTime: 0,
  })
  const name = cut.pointer.slice(cut.pointer.lastIndexOf('/') + 1)
  const url = `${apiBase}/pipelines/${encodeURIComponent(execution)}/stages/${encodeURIComponent(cut.stageId)}/value?pointer=${encodeURIComponent(cut.pointer)}`
  return (
    <div>
      <Group gap="sm" wrap="wrap">
        <Text size="sm" className="mono" style={{ overflowWrap: 'anywhere' }}>
          {cut.pointer}
        </Text>
        <Text size="xs" c="dimmed" className="num">
          {bytes(cut.bytes)}
        </Text>
        {cut.bytes <= mostShown && (
          <Button
            size="compact-xs"
            variant="default"
            aria-expanded={open}
            onClick={() => {
              setOpen(!open)
            }}
          >
            {r('showAll')}
          </Button>
        )}
        <Button
          size="compact-xs"
          variant="default"
          component="a"
          href={url}
          download={`${name}.json`}
          leftSection={<IconDownload size={13} />}
        >
          {r('download')}
        </Button>
      </Group>
      {open &&
        (value.error ? (
          <Failure error={value.error} />
        ) : value.isPending ? (
          <RowsLoading rows={2} />
        ) : (
          <div style={{ marginTop: 8 }}>
            {typeof value.data === 'string' ? (
              <TextView text={value.data} name={`${name}.txt`} most={2 * mostShown} />
            ) : (
              <JsonView value={value.data} name={`${name}.json`} most={2 * mostShown} />
            )}
          </div>
        ))}
    </div>
  )
}
