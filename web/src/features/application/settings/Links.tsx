import { Button, Group, Stack, Text, TextInput } from '@mantine/core'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import { IconButton } from '@/components/IconButton'
import { useInfraT } from '@/i18n/infra'
import { linksOf, writeLinks, type LinkSection } from './attributes'
import { Section } from './Section'
import classes from '../Settings.module.css'
import { type PartProps } from './partProps'

/** Links to other systems from an application's pods. */
export function Links(p: PartProps) {
  const ti = useInfraT()
  return (
    <Section<{ list: LinkSection[] }>
      {...p}
      id="links"
      title={ti('config.links')}
      help={ti('config.linksHelp')}
      read={(a) => ({ list: linksOf(a) })}
      write={(v) => writeLinks(v.list)}
    >
      {(v, set) => {
        const replace = (at: number, section: LinkSection | undefined) => {
          set({ list: v.list.flatMap((s, i) => (i === at ? (section ? [section] : []) : [s])) })
        }
        return (
          <Stack gap="md">
            {v.list.map((s, at) => (
              <div key={at} className={classes.links}>
                <Group gap="xs" wrap="nowrap" align="end">
                  <TextInput
                    label={ti('config.linkSection')}
                    value={s.title}
                    onChange={(e) => {
                      replace(at, { ...s, title: e.currentTarget.value })
                    }}
                    style={{ flex: 1 }}
                  />
                  <IconButton
                    size="lg"
                    label={ti('config.removeSection')}
                    onClick={() => {
                      replace(at, undefined)
                    }}
                  >
                    <IconTrash size={16} />
                  </IconButton>
                </Group>
                {s.links.map((l, i) => {
                  const change = (link: typeof l | undefined) => {
                    replace(at, {
                      ...s,
                      links: s.links.flatMap((x, j) => (j === i ? (link ? [link] : []) : [x])),
                    })
                  }
                  return (
                    <div key={i} className={classes.link}>
                      <TextInput
                        aria-label={ti('config.linkTitle')}
                        placeholder={ti('config.linkTitle')}
                        value={l.title}
                        onChange={(e) => {
                          change({ ...l, title: e.currentTarget.value })
                        }}
                      />
                      <TextInput
                        aria-label={ti('config.linkPath')}
                        placeholder="https://logs.example.com/?pod={{name}}"
                        value={l.path}
                        onChange={(e) => {
                          change({ ...l, path: e.currentTarget.value })
                        }}
                      />
                      <IconButton
                        size="lg"
                        label={ti('config.removeLink')}
                        onClick={() => {
                          change(undefined)
                        }}
                      >
                        <IconTrash size={16} />
                      </IconButton>
                    </div>
                  )
                })}
                <Group>
                  <Button
                    size="compact-sm"
                    variant="subtle"
                    leftSection={<IconPlus size={14} />}
                    onClick={() => {
                      replace(at, { ...s, links: [...s.links, { title: '', path: '' }] })
                    }}
                  >
                    {ti('config.addLink')}
                  </Button>
                </Group>
              </div>
            ))}
            <Group>
              <Button
                size="xs"
                variant="default"
                leftSection={<IconPlus size={14} />}
                onClick={() => {
                  set({ list: [...v.list, { title: '', links: [{ title: '', path: '' }] }] })
                }}
              >
                {ti('config.addSection')}
              </Button>
            </Group>
            {v.list.length > 0 && (
              <Text size="xs" c="dimmed">
                {ti('config.linkValues')}
              </Text>
            )}
          </Stack>
        )
      }}
    </Section>
  )
}
