import { Box, Button, Group, Input, Stack, Text as Words } from '@mantine/core'
import { IconChevronDown, IconChevronUp, IconPlus, IconTrash } from '@tabler/icons-react'
import { use, type ReactNode } from 'react'
import { IconButton } from '@/components/IconButton'
import { useT } from '@/i18n'
import { isObject, moved, textOf, type Json } from '../model'
import { inside, PlaceContext } from '../unread'
import { ValueField } from './ValueField'
import type { Of } from './of'

/** A list of things, each in a card of its own. */
export function ListField({
  label,
  help,
  value,
  onChange,
  make,
  add,
  adder,
  render,
  ordered = false,
}: Of<Json[]> & {
  make: () => Json
  add: string
  /** Replaces the button that adds, if there are several kinds of things to add. */
  adder?: (add: (item: Json) => void) => ReactNode
  ordered?: boolean
  render: (item: Json, change: (next: Json) => void) => ReactNode
}) {
  const t = useT()
  const place = use(PlaceContext)
  const list = Array.isArray(value) ? (value as unknown[]) : []
  if (value !== undefined && value !== null && !Array.isArray(value))
    return (
      <ValueField
        label={label || add}
        help={help}
        value={value}
        onChange={(v) => {
          onChange(v as Json[] | undefined)
        }}
      />
    )
  const set = (next: unknown[]) => {
    onChange(next.length > 0 ? (next as Json[]) : undefined)
  }
  return (
    <Input.Wrapper label={label} description={help} labelElement="div">
      <Stack gap={8} mt={label ? 4 : 0}>
        {list.map((item, i) => (
          <Box
            key={i}
            p="sm"
            style={{ border: '1px solid var(--app-line)', borderRadius: 8, position: 'relative' }}
          >
            <Group gap={0} style={{ position: 'absolute', top: 6, right: 6, zIndex: 1 }}>
              {ordered && list.length > 1 && (
                <>
                  <IconButton
                    label={t('editor.moveUp')}
                    size="sm"
                    disabled={i === 0}
                    onClick={() => {
                      set(moved(list, i, i - 1))
                    }}
                  >
                    <IconChevronUp size={14} />
                  </IconButton>
                  <IconButton
                    label={t('editor.moveDown')}
                    size="sm"
                    disabled={i === list.length - 1}
                    onClick={() => {
                      set(moved(list, i, i + 1))
                    }}
                  >
                    <IconChevronDown size={14} />
                  </IconButton>
                </>
              )}
              <IconButton
                label={t('editor.remove')}
                size="sm"
                onClick={() => {
                  set(list.filter((_, j) => j !== i))
                }}
              >
                <IconTrash size={14} />
              </IconButton>
            </Group>
            <PlaceContext value={inside(place, `${label}[${i}]`)}>
              {isObject(item) ? (
                render(item, (next) => {
                  set(list.map((x, j) => (i === j ? next : x)))
                })
              ) : (
                <Words className="mono">{textOf(item) || 'null'}</Words>
              )}
            </PlaceContext>
          </Box>
        ))}
        <Box>
          {adder ? (
            adder((item) => {
              set([...list, item])
            })
          ) : (
            <Button
              size="compact-xs"
              variant="light"
              leftSection={<IconPlus size={13} />}
              onClick={() => {
                set([...list, make()])
              }}
            >
              {add}
            </Button>
          )}
        </Box>
      </Stack>
    </Input.Wrapper>
  )
}
