import { featureTexts } from '@/i18n'
import en from '@/i18n/delivery.en'
import zh from '@/i18n/delivery.zh'

export const useDeliveryTexts = featureTexts(en, zh)
