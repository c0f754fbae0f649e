import { useEffect, useRef } from 'react'
import { apiBase } from '@/lib/base'
import { connection } from './connection'

// Live data by server-sent events. A browser opens only six connections to a
// server (HTTP/1.1) for all its tabs, so a stream is shared by all who follow it,
// and tabs that nobody sees give theirs up; a stream begins with a snapshot, so
// nothing is missed.

export type Handlers = Record<string, (data: unknown) => void> & {
  /** The stream could not be opened, or broke; it is opened again by itself. */
  broken?: () => void
}

const retry = 3000

class Stream {
  private source: EventSource | undefined
  private timer: ReturnType<typeof setTimeout> | undefined
  private names = new Set<string>()
  readonly followers = new Set<{ current: Handlers }>()

  constructor(private readonly url: string) {
    document.addEventListener('visibilitychange', this.seen)
  }

  follow(handlers: { current: Handlers }): void {
    this.followers.add(handlers)
    const fresh = Object.keys(handlers.current).some((name) => !this.names.has(name))
    // A newcomer needs the snapshot too.
    if (fresh || this.followers.size > 1 || !this.source) this.open()
  }

  close(): void {
    document.removeEventListener('visibilitychange', this.seen)
    this.shut()
  }

  private readonly seen = () => {
    if (document.hidden) this.shut()
    else if (!this.source) this.open()
  }

  private shut(): void {
    clearTimeout(this.timer)
    this.source?.close()
    this.source = undefined
  }

  private open(): void {
    this.shut()
    if (document.hidden) return
    const source = new EventSource(this.url)
    this.source = source
    for (const { current } of this.followers) for (const name of Object.keys(current)) this.names.add(name)
    for (const name of this.names) {
      if (name === 'broken') continue
      source.addEventListener(name, (event) => {
        const data: unknown = JSON.parse(event.data as string)
        for (const { current } of this.followers) current[name]?.(data)
      })
    }
    source.onerror = () => {
      connection.suspect()
      for (const { current } of this.followers) current.broken?.()
      // The browser tries again by itself, unless it was refused.
      if (source.readyState === EventSource.CLOSED) {
        this.shut()
        this.timer = setTimeout(() => {
          this.open()
        }, retry)
      }
    }
  }
}

const streams = new Map<string, Stream>()

/** useLive follows a live stream of the API while the component is there; no path, no stream. */
export function useLive(path: string | undefined, handlers: Handlers): void {
  const latest = useRef(handlers)
  useEffect(() => {
    latest.current = handlers
  })
  useEffect(() => {
    if (path === undefined) return
    const url = apiBase + path
    const stream = streams.get(url) ?? new Stream(url)
    streams.set(url, stream)
    stream.follow(latest)
    return () => {
      stream.followers.delete(latest)
      if (stream.followers.size === 0) {
        stream.close()
        streams.delete(url)
      }
    }
  }, [path])
}
