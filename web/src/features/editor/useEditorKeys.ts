import { useEffect, useRef } from 'react'
import { isWriting } from './clipboard'

type Keys = { save: () => void; undo: () => void; redo: () => void; selectAll: () => void }

/** The editor's keys with Ctrl or ⌘: S saves; Z, ⇧Z and Y undo and redo, and A selects all, unless somebody is writing. */
export function useEditorKeys({ save, undo, redo, selectAll }: Keys): void {
  const keyboard = useRef<(event: KeyboardEvent) => void>(undefined)
  useEffect(() => {
    keyboard.current = (event) => {
      if (!(event.ctrlKey || event.metaKey)) return
      const key = event.key.toLowerCase()
      if (key === 's') {
        event.preventDefault()
        save()
      } else if (!isWriting(event.target) && (key === 'z' || key === 'y')) {
        event.preventDefault()
        if (key === 'y' || event.shiftKey) redo()
        else undo()
      } else if (!isWriting(event.target) && key === 'a') {
        event.preventDefault()
        selectAll()
      }
    }
  })
  useEffect(() => {
    const listen = (event: KeyboardEvent) => keyboard.current?.(event)
    window.addEventListener('keydown', listen)
    return () => {
      window.removeEventListener('keydown', listen)
    }
  }, [])
}
