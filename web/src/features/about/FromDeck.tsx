import { Text, Title } from '@mantine/core'
import { featureTexts } from '@/i18n'
import en from '@/i18n/fromDeck.en'
import zh from '@/i18n/fromDeck.zh'
import classes from './About.module.css'

const useDeckTexts = featureTexts(en, zh)

const words = [
  ['execution', 'run'],
  ['account', 'cluster'],
  ['serverGroup', 'workload'],
  ['infrastructure', 'runtime'],
  ['tasks', 'activity'],
  ['config', 'settings'],
] as const

/** What things are called here, for people who know Deck. */
export function FromDeck() {
  const d = useDeckTexts()
  return (
    <section className={`card ${classes.part}`} aria-labelledby="deck">
      <Title order={2} id="deck">
        {d('title')}
      </Title>
      <Text size="sm" c="dimmed">
        {d('intro')}
      </Text>
      <table className={classes.words}>
        <thead>
          <tr>
            <th scope="col">{d('deck')}</th>
            <th scope="col">{d('here')}</th>
          </tr>
        </thead>
        <tbody>
          {words.map(([deck, here]) => (
            <tr key={deck}>
              <td className="muted">{d(deck)}</td>
              <td>{d(here)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
