import { Switch } from '@mantine/core'
import { useInfraT } from '@/i18n/infra'
import { dataSources, disabledOf, writeDisabled } from './attributes'
import { Section } from './Section'
import { type PartProps } from './partProps'

/** The pages that an application has. */
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
