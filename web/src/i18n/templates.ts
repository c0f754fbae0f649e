import { featureTexts } from '.'
import en from './templates.en'
import zh from './templates.zh'

/** useT for pipeline templates. */
export const useTemplatesT = featureTexts(en, zh)
