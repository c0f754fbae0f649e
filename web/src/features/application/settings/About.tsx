import { MultiSelect, Select, Textarea, TextInput } from '@mantine/core'
import { useT } from '@/i18n'
import { useInfraT } from '@/i18n/infra'
import { aboutOf, repoTypes, writeAbout } from './attributes'
import { Section } from './Section'
import classes from '../Settings.module.css'
import { type PartProps } from './partProps'

/** What an application is, and whom to ask about it. */
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
