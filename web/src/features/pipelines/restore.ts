import { contentOf } from '@/features/editor/content'
import { objectOf, type Json } from '@/lib/json'

/** What is saved to have a pipeline again as it was: its contents then, over what it is now. */
export function restoredOf(app: string, current: Json, revision: Json): Json {
  const kept = ['id', 'index', 'updateTs', 'createTs', 'lastModifiedBy']
  return {
    ...contentOf(revision),
    application: app,
    ...Object.fromEntries(kept.flatMap((key) => (key in current ? [[key, current[key]]] : []))),
  }
}

/** Whether a pipeline may not be changed in the web interface. */
export const isLocked = (pipeline: Json): boolean => objectOf(pipeline['locked'])['ui'] === true
