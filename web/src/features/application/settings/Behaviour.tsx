import { NumberInput, Switch } from '@mantine/core'
import { NotActing } from '@/features/acting/NotActing'
import { useInfraT } from '@/i18n/infra'
import { behaviourOf, writeBehaviour } from './attributes'
import { Section } from './Section'
import { type PartProps } from './partProps'

/** How an application's runs and health are treated. */
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
