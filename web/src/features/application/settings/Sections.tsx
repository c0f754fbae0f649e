import {
  ActionIcon,
  Button,
  Group,
  MultiSelect,
  NumberInput,
  Select,
  SegmentedControl,
  Stack,
  Switch,
  TagsInput,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import { NotActing } from '@/features/acting/NotActing'
import { useT } from '@/i18n'
import { useInfraT } from '@/i18n/infra'
import type { Json } from '@/lib/json'
import {
  aboutOf,
  bannerColours,
  bannerOf,
  behaviourOf,
  dataSources,
  disabledOf,
  linksOf,
  permissionsOf,
  repoTypes,
  rights,
  toneOfBanner,
  writeAbout,
  writeBanner,
  writeBehaviour,
  writeDisabled,
  writeLinks,
  writePermissions,
  type LinkSection,
} from './attributes'
import { Section } from './Section'
import classes from '../Settings.module.css'

export type PartProps = { app: string; attributes: Json; changed: (id: string, dirty: boolean) => void }

export function About(p: PartProps) {
  const t = useT()
  const ti = useInfraT()
  return (
    <Section
      {...p}
      id="about"
      title={t('settings.about')}
      read={aboutOf}
      write={writeAbout}
      problem={(v) => (/^\S+@\S+$/.test(v.email.trim()) ? undefined : t('create.emailInvalid'))}
    >
      {(v, set) => (
        <>
          <TextInput
            label={t('create.email')}
            description={t('create.emailHelp')}
            value={v.email}
            onChange={(e) => {
              set({ email: e.currentTarget.value })
            }}
          />
          <Textarea
            label={t('create.description')}
            autosize
            minRows={2}
            maxRows={8}
            value={v.description}
            onChange={(e) => {
              set({ description: e.currentTarget.value })
            }}
          />
          <TextInput
            label={ti('config.aliases')}
            description={ti('config.aliasesHelp')}
            value={v.aliases}
            onChange={(e) => {
              set({ aliases: e.currentTarget.value })
            }}
          />
          <MultiSelect
            label={ti('config.providers')}
            data={[...new Set(['kubernetes', ...v.cloudProviders])]}
            value={v.cloudProviders}
            onChange={(cloudProviders) => {
              set({ cloudProviders })
            }}
          />
          <div className={classes.three}>
            <Select
              label={ti('config.repoType')}
              clearable
              data={[...new Set([...repoTypes, ...(v.repoType ? [v.repoType] : [])])]}
              value={v.repoType || null}
              onChange={(repoType) => {
                set({ repoType: repoType ?? '' })
              }}
            />
            <TextInput
              label={ti('config.repoProject')}
              value={v.repoProjectKey}
              onChange={(e) => {
                set({ repoProjectKey: e.currentTarget.value })
              }}
            />
            <TextInput
              label={ti('config.repoName')}
              value={v.repoSlug}
              onChange={(e) => {
                set({ repoSlug: e.currentTarget.value })
              }}
            />
          </div>
        </>
      )}
    </Section>
  )
}

export function Behaviour(p: PartProps) {
  const ti = useInfraT()
  return (
    <Section {...p} id="behaviour" title={ti('config.behaviour')} read={behaviourOf} write={writeBehaviour}>
      {(v, set) => (
        <>
          <NumberInput
            label={ti('config.port')}
            description={ti('config.portHelp')}
            min={1}
            max={65_535}
            allowDecimal={false}
            maw={220}
            value={v.instancePort}
            onChange={(instancePort) => {
              set({ instancePort })
            }}
          />
          <Switch
            label={ti('config.restartRunning')}
            description={ti('config.restartRunningHelp')}
            checked={v.enableRestartRunningExecutions}
            onChange={(e) => {
              set({ enableRestartRunningExecutions: e.currentTarget.checked })
            }}
          />
          <NotActing kind="settings" name="enableRestartRunningExecutions" />
          <Switch
            label={ti('config.healthOnly')}
            description={ti('config.healthOnlyHelp')}
            checked={v.platformHealthOnly}
            onChange={(e) => {
              set({ platformHealthOnly: e.currentTarget.checked })
            }}
          />
          <NotActing kind="settings" name="platformHealthOnly" />
          <Switch
            label={ti('config.healthOverride')}
            description={ti('config.healthOverrideHelp')}
            checked={v.platformHealthOnlyShowOverride}
            onChange={(e) => {
              set({ platformHealthOnlyShowOverride: e.currentTarget.checked })
            }}
          />
          <NotActing kind="settings" name="platformHealthOnlyShowOverride" />
        </>
      )}
    </Section>
  )
}

export function Permissions(p: PartProps) {
  const ti = useInfraT()
  return (
    <Section
      {...p}
      id="permissions"
      title={ti('config.permissions')}
      help={ti('config.permissionsHelp')}
      read={permissionsOf}
      write={writePermissions}
    >
      {(v, set) => (
        <>
          <NotActing kind="roles" name="application" />
          {rights.map((right) => (
            <TagsInput
              key={right}
              label={ti(`config.right.${right}`)}
              placeholder={v[right].length === 0 ? ti('config.everybody') : undefined}
              value={v[right]}
              onChange={(list) => {
                set({ [right]: list })
              }}
            />
          ))}
        </>
      )}
    </Section>
  )
}

export function Features(p: PartProps) {
  const ti = useInfraT()
  return (
    <Section
      {...p}
      id="features"
      title={ti('config.features')}
      help={ti('config.featuresHelp')}
      read={(a) => ({ off: disabledOf(a) })}
      write={(v, before) => writeDisabled(v.off, before)}
    >
      {(v, set) =>
        dataSources.map((name) => (
          <Switch
            key={name}
            label={ti(`config.source.${name}`)}
            checked={!v.off.includes(name)}
            onChange={(e) => {
              set({ off: e.currentTarget.checked ? v.off.filter((o) => o !== name) : [...v.off, name] })
            }}
          />
        ))
      }
    </Section>
  )
}

export function BannerPart(p: PartProps) {
  const ti = useInfraT()
  return (
    <Section
      {...p}
      id="banner"
      title={ti('config.banner')}
      help={ti('config.bannerHelp')}
      read={bannerOf}
      write={writeBanner}
    >
      {(v, set) => (
        <>
          <Switch
            label={ti('config.bannerOn')}
            checked={v.enabled}
            onChange={(e) => {
              set({ enabled: e.currentTarget.checked })
            }}
          />
          <TextInput
            label={ti('config.bannerText')}
            value={v.text}
            onChange={(e) => {
              set({ text: e.currentTarget.value })
            }}
          />
          <SegmentedControl
            size="xs"
            aria-label={ti('config.bannerColour')}
            value={v.colour}
            onChange={(colour) => {
              set({ colour })
            }}
            data={[...new Set([...bannerColours, v.colour])].map((value) => ({
              value,
              label: ti(`config.tone.${toneOfBanner(value)}`),
            }))}
            style={{ alignSelf: 'flex-start', maxWidth: '100%', overflowX: 'auto' }}
          />
          {v.text && (
            <div
              className={classes.banner}
              data-inset
              style={{
                background: `var(--${toneOfBanner(v.colour)}-soft)`,
                color: `var(--${toneOfBanner(v.colour)})`,
              }}
            >
              {v.text}
            </div>
          )}
        </>
      )}
    </Section>
  )
}

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
                  <ActionIcon
                    size="lg"
                    aria-label={ti('config.removeSection')}
                    onClick={() => {
                      replace(at, undefined)
                    }}
                  >
                    <IconTrash size={16} />
                  </ActionIcon>
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
                      <ActionIcon
                        size="lg"
                        aria-label={ti('config.removeLink')}
                        onClick={() => {
                          change(undefined)
                        }}
                      >
                        <IconTrash size={16} />
                      </ActionIcon>
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
