import { Accordion, Input, Text, TextInput } from '@mantine/core'
import { Fields } from '@/components/Fields'
import { exposures } from './draft'
import { useForm } from './form'
import { Segments } from './Segments'
import classes from './NewApplication.module.css'
import { EnvironmentVariables } from './EnvironmentVariables'

/** A container image: where it listens, how often it runs, who reaches it. */
export function ImageForm() {
  const {
    d: { image: i },
    t,
    field,
    part,
  } = useForm()
  const set = part('image')
  const mono = { input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 'var(--text-sm)' } }
  return (
    <Fields gap="md">
      <TextInput
        label={t('image')}
        description={t('imageHelp')}
        placeholder="nginx:1.29"
        autoComplete="off"
        spellCheck={false}
        styles={mono}
        value={i.image}
        {...field('image')}
        onChange={(e) => {
          set({ image: e.currentTarget.value })
        }}
      />
      <div className={classes.two}>
        <TextInput
          label={t('port')}
          description={t('portHelp')}
          inputMode="numeric"
          autoComplete="off"
          value={i.port}
          {...field('port')}
          onChange={(e) => {
            set({ port: e.currentTarget.value })
          }}
        />
        <TextInput
          label={t('replicas')}
          description={t('replicasHelp')}
          inputMode="numeric"
          autoComplete="off"
          value={i.replicas}
          {...field('replicas')}
          onChange={(e) => {
            set({ replicas: e.currentTarget.value })
          }}
        />
      </div>
      <Input.Wrapper label={t('expose')} labelElement="div">
        <Fields gap={6} mt={4}>
          <Segments
            label={t('expose')}
            value={i.expose}
            choices={exposures.map((e) => ({ value: e, label: t(`exposure.${e}`) }))}
            onChange={(expose) => {
              set({ expose })
            }}
          />
          <Text size="sm" c="dimmed">
            {t(`exposeHelp.${i.expose}`)}
          </Text>
        </Fields>
      </Input.Wrapper>
      {i.expose === 'outside' && (
        <TextInput
          label={t('host')}
          placeholder="shop.example.com"
          autoComplete="off"
          value={i.host}
          {...field('host')}
          onChange={(e) => {
            set({ host: e.currentTarget.value })
          }}
        />
      )}
      <EnvironmentVariables />
      <Accordion
        variant="default"
        chevronPosition="left"
        styles={{
          item: { border: 0 },
          control: { padding: 0 },
          content: { padding: '8px 0 0' },
          label: { padding: '4px 0' },
        }}
      >
        <Accordion.Item value="more">
          <Accordion.Control>{t('more')}</Accordion.Control>
          <Accordion.Panel>
            <Fields gap="sm">
              <div className={classes.two}>
                {(['cpu', 'memory', 'cpuLimit', 'memoryLimit'] as const).map((f) => (
                  <TextInput
                    key={f}
                    label={t(f)}
                    autoComplete="off"
                    value={i[f]}
                    {...field(f)}
                    onChange={(e) => {
                      set({ [f]: e.currentTarget.value })
                    }}
                  />
                ))}
                <TextInput
                  label={t('check')}
                  description={t('checkHelp')}
                  placeholder="/healthz"
                  autoComplete="off"
                  value={i.check}
                  {...field('check')}
                  onChange={(e) => {
                    set({ check: e.currentTarget.value })
                  }}
                />
                <TextInput
                  label={t('pullSecret')}
                  description={t('pullSecretHelp')}
                  autoComplete="off"
                  value={i.pullSecret}
                  onChange={(e) => {
                    set({ pullSecret: e.currentTarget.value })
                  }}
                />
              </div>
            </Fields>
          </Accordion.Panel>
        </Accordion.Item>
      </Accordion>
    </Fields>
  )
}
