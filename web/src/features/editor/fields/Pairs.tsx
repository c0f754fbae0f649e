import { Box, Button, Group, Input, Stack, TextInput } from '@mantine/core'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import { useState } from 'react'
import { IconButton } from '@/components/IconButton'
import { useT } from '@/i18n'
import { isObject, textOf, type Json } from '../model'
import type { Of } from './of'

export function Pairs({ label, help, value, onChange }: Of<Json>) {
  const t = useT()
  const object = isObject(value) ? value : {}
  const [rows, setRows] = useState<{ key: string; value: unknown }[]>(() =>
    Object.entries(object).map(([key, v]) => ({ key, value: v })),
  )
  const shown = rowsAsObject(rows)
  const current =
    JSON.stringify(shown) === JSON.stringify(object)
      ? rows
      : Object.entries(object).map(([key, v]) => ({ key, value: v }))
  const set = (next: { key: string; value: unknown }[]) => {
    setRows(next)
    const out = rowsAsObject(next)
    onChange(Object.keys(out).length > 0 ? out : undefined)
  }
  return (
    <Input.Wrapper label={label} description={help} labelElement="div">
      <Stack gap={6} mt={4}>
        {current.map((row, i) => (
          <Group key={i} gap={6} wrap="nowrap">
            <TextInput
              aria-label={t('editor.key')}
              placeholder={t('editor.key')}
              value={row.key}
              style={{ flex: 2 }}
              onChange={(e) => {
                set(current.map((r, j) => (i === j ? { ...r, key: e.currentTarget.value } : r)))
              }}
            />
            <TextInput
              aria-label={t('editor.value')}
              placeholder={t('editor.value')}
              value={textOf(row.value)}
              style={{ flex: 3 }}
              onChange={(e) => {
                set(current.map((r, j) => (i === j ? { ...r, value: e.currentTarget.value } : r)))
              }}
            />
            <IconButton
              label={t('editor.remove')}
              onClick={() => {
                set(current.filter((_, j) => j !== i))
              }}
            >
              <IconTrash size={15} />
            </IconButton>
          </Group>
        ))}
        <Box>
          <Button
            size="compact-xs"
            variant="subtle"
            leftSection={<IconPlus size={13} />}
            onClick={() => {
              set([...current, { key: '', value: '' }])
            }}
          >
            {t('editor.addRow')}
          </Button>
        </Box>
      </Stack>
    </Input.Wrapper>
  )
}

const rowsAsObject = (rows: readonly { key: string; value: unknown }[]): Json =>
  Object.fromEntries(rows.filter((r) => r.key !== '').map((r) => [r.key, r.value]))
