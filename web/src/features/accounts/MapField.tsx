import { Box, Button, Input, Stack, TextInput } from '@mantine/core'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import { IconButton } from '@/components/IconButton'
import { useAccountT } from '@/i18n/accounts'
import classes from './DefinitionForm.module.css'
import type { Entry } from './schemaFields'
import { type Wrapper, SecretField } from './SecretField'

/** Names and their values, which may be secret. */
export function MapField({
  secret,
  rows,
  change,
  problem = '',
  ...wrapper
}: Wrapper & { problem?: string; secret: boolean; rows: readonly Entry[]; change: (rows: Entry[]) => void }) {
  const t = useAccountT()
  const replace = (id: number, next: Partial<Entry>) => {
    change(rows.map((r) => (r.id === id ? { ...r, ...next } : r)))
  }
  // A problem names the entry it is about; one that doesn't is about their names.
  const wrong = rows.filter((r) => problem.split('\n').some((line) => line.startsWith(`${r.key}: `)))
  const nameless = problem !== '' && wrong.length === 0
  return (
    <Input.Wrapper {...wrapper} labelElement="div">
      <Stack gap={6} mt={4}>
        {rows.map((row, i) => {
          const name = row.key || String(i + 1)
          const value = t('map.valueOf', { key: name })
          return (
            <div key={row.id} className={classes.entry}>
              <TextInput
                aria-label={t('map.keyOf', { n: i + 1 })}
                placeholder={t('map.key')}
                autoComplete="off"
                spellCheck={false}
                readOnly={row.stored}
                variant={row.stored ? 'filled' : 'default'}
                error={nameless}
                value={row.key}
                onChange={(e) => {
                  replace(row.id, { key: e.currentTarget.value })
                }}
              />
              {secret ? (
                <SecretField
                  name={value}
                  wrapper={{ error: wrong.includes(row) }}
                  secret={row}
                  change={(s) => {
                    replace(row.id, { text: s.text })
                  }}
                />
              ) : (
                <TextInput
                  aria-label={value}
                  placeholder={t('map.value')}
                  autoComplete="off"
                  spellCheck={false}
                  error={wrong.includes(row)}
                  value={row.text}
                  onChange={(e) => {
                    replace(row.id, { text: e.currentTarget.value })
                  }}
                />
              )}
              <IconButton
                label={t('map.remove', { key: name })}
                onClick={() => {
                  change(rows.filter((r) => r.id !== row.id))
                }}
              >
                <IconTrash size={15} />
              </IconButton>
            </div>
          )
        })}
        <Box>
          <Button
            size="compact-xs"
            variant="subtle"
            leftSection={<IconPlus size={13} />}
            onClick={() => {
              change([
                ...rows,
                { id: Math.max(-1, ...rows.map((r) => r.id)) + 1, key: '', stored: false, text: '' },
              ])
            }}
          >
            {t('map.add')}
          </Button>
        </Box>
      </Stack>
    </Input.Wrapper>
  )
}
