import { featureTexts } from '.'
import en from './accounts.en'
import zh from './accounts.zh'

/** useT for accounts of any type. */
export const useAccountT = featureTexts(en, zh)
