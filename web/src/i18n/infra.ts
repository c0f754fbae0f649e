import { featureTexts } from '.'
import en from './infra.en'
import zh from './infra.zh'

/** useT for what runs and what is done to it. */
export const useInfraT = featureTexts(en, zh)
