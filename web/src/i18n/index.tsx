import { createContext, use, useEffect, useMemo, useState, type ReactNode } from 'react'
import en, { type Messages } from './en'
import { isolated } from '@/lib/bidi'

// Texts by their keys, in two languages. A text may hold {values}; one of the form
// "one|many" is chosen by the value n.

export type Leaves<T, P extends string = ''> = {
  [K in keyof T & string]: T[K] extends string ? `${P}${K}` : Leaves<T[K], `${P}${K}.`>
}[keyof T & string]

export type Key = Leaves<Messages>
export type Language = 'en' | 'zh'
export type Values = Record<string, string | number>
export type Translate<K extends string = Key> = (key: K, values?: Values) => string

const stored = 'gennaker.language'

/** A tree of texts, whatever they say. */
export type Tree = { readonly [key: string]: string | Tree }
/** The same tree of texts in another language. */
export type Same<T> = { [K in keyof T]: T[K] extends string ? string : Same<T[K]> }

export function translator<M extends Tree>(messages: M): Translate<Leaves<M>> {
  return (key, values = {}) => {
    let node: unknown = messages
    for (const part of (key as string).split('.')) node = (node as Record<string, unknown>)[part]
    let text: string = typeof node === 'string' ? node : key
    if ('n' in values && text.includes('|')) text = text.split('|')[Number(values['n']) === 1 ? 0 : 1] ?? text
    return text.replace(/\{(\w+)\}/g, (whole, name: string) =>
      name in values ? isolated(String(values[name])) : whole,
    )
  }
}

type I18n = { language: Language; setLanguage: (l: Language) => void; t: Translate }

const Context = createContext<I18n>({ language: 'en', setLanguage: () => undefined, t: translator(en) })

function preferred(): Language {
  const chosen = localStorage.getItem(stored) ?? navigator.language
  return chosen.startsWith('zh') ? 'zh' : 'en'
}

type Loaded = { language: Language; messages: Messages }

const english: Loaded = { language: 'en', messages: en }

async function load(language: Language): Promise<Loaded> {
  return language === 'en' ? english : { language, messages: (await import('./zh')).default }
}

export function I18nProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState(preferred)
  const [loaded, setLoaded] = useState<Loaded | undefined>(() => (preferred() === 'en' ? english : undefined))
  useEffect(() => {
    document.documentElement.lang = language
    let gone = false
    void load(language).then((next) => {
      if (!gone) setLoaded(next)
    })
    return () => {
      gone = true
    }
  }, [language])
  const value = useMemo<I18n | undefined>(
    () =>
      loaded && {
        language: loaded.language,
        t: translator(loaded.messages),
        setLanguage: (l) => {
          localStorage.setItem(stored, l)
          setLanguage(l)
        },
      },
    [loaded],
  )
  // The first texts are there in a moment; showing others before would flicker.
  if (!value) return null
  return <Context value={value}>{children}</Context>
}

export function useI18n(): I18n {
  return use(Context)
}

export function useT(): Translate {
  return use(Context).t
}

/**
 * featureTexts is useT for the texts of a feature that is loaded when it is opened:
 * they come with it, and the first load has none of them.
 */
export function featureTexts<M extends Tree>(texts: M, chinese: Same<M>): () => Translate<Leaves<M>> {
  const translators = { en: translator(texts), zh: translator(chinese as Tree) as Translate<Leaves<M>> }
  return () => translators[useI18n().language]
}
