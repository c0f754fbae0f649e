import { SegmentedControl, Switch, TextInput } from '@mantine/core'
import { useInfraT } from '@/i18n/infra'
import { bannerColours, bannerOf, toneOfBanner, writeBanner } from './attributes'
import { Section } from './Section'
import classes from '../Settings.module.css'
import { type PartProps } from './partProps'

/** The message above an application's pages. */
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
