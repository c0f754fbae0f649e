import { queryOptions, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useI18n } from '@/i18n'
import type { AccountType } from './queries'
import { descriptorOf } from './registry'
import { fieldsOf, type Field } from './schemaFields'

// What types of accounts say of themselves and their fields comes from the server in
// English: titles and descriptions have their Chinese by the English text, labels by
// the field's name.
type Texts = { labels: Partial<Record<string, string>>; texts: Partial<Record<string, string>> }

const chineseQuery = queryOptions({
  queryKey: ['accountTexts', 'zh'],
  queryFn: async (): Promise<Texts> => (await import('@/i18n/accountFields.zh.json')).default,
  staleTime: Infinity,
})

function useTexts(): Texts | undefined {
  const { language } = useI18n()
  const { data } = useQuery({ ...chineseQuery, enabled: language === 'zh' })
  return language === 'zh' ? data : undefined
}

// A title may be meant for the middle of a sentence.
const begun = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)

/** A text of a type of accounts in the reader's language; as it is where there is none in it. */
export function useTypeText(): (english: string) => string {
  const texts = useTexts()
  return useMemo(() => (english: string) => begun(texts?.texts[english] ?? english), [texts])
}

/** The fields of a type of accounts, as its descriptor arranges them, in the reader's language. */
export function useFields(type: AccountType): Field[] {
  const texts = useTexts()
  return useMemo(
    () =>
      fieldsOf(type.schema, descriptorOf(type.type)).map((f) => ({
        ...f,
        label: texts?.labels[f.name] ?? f.label,
        help: texts?.texts[f.help] ?? f.help,
      })),
    [type, texts],
  )
}
