import { featureTexts, type Leaves, type Translate } from '@/i18n'
import en from '@/i18n/events.en'
import zh from '@/i18n/events.zh'

export const useEventTexts = featureTexts(en, zh)
export type EventTexts = Translate<Leaves<typeof en>>
