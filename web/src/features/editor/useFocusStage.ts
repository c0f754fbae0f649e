import type { Edge, Node, ReactFlowInstance } from '@xyflow/react'
import type { RefObject } from 'react'
import type { Layout } from '@/components/graph/layout'
import type { Placeable } from './graphElements'

/**
 * useFocusStage moves the focus to a stage's card. A card that is out of sight is
 * brought to the middle first.
 */
export function useFocusStage<N extends Node, E extends Edge>(
  frame: RefObject<HTMLDivElement | null>,
  flow: RefObject<ReactFlowInstance<N, E> | undefined>,
  placed: Layout<Placeable>,
  card: { width: number; height: number },
): (id: string) => void {
  return (id) => {
    const find = () =>
      frame.current?.querySelector<HTMLElement>(`.react-flow__node[data-id="${CSS.escape(id)}"]`)
    const focus = () => {
      find()?.focus({ preventScroll: true })
    }
    const at = placed.nodes.find((n) => n.stage.refId === id)
    if (!flow.current || !at) return
    const box = find()?.getBoundingClientRect()
    const seen = frame.current?.getBoundingClientRect()
    if (
      box &&
      seen &&
      box.left >= seen.left &&
      box.right <= seen.right &&
      box.top >= seen.top &&
      box.bottom <= seen.bottom
    )
      focus()
    else
      void flow.current
        .setCenter(at.x + card.width / 2, at.y + card.height / 2, { zoom: flow.current.getZoom() })
        .then(() => {
          requestAnimationFrame(focus)
        })
  }
}
