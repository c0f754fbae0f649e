import { useStore } from '@xyflow/react'
import { useEffect } from 'react'
import { farOf } from './far'

/** Notes on the graph how far away it is seen from; Card.module.css has what that changes. */
export function useFar(): void {
  const far = useStore((s) => farOf(s.transform[2]))
  const graph = useStore((s) => s.domNode)
  useEffect(() => {
    graph?.setAttribute('data-far', far)
  }, [graph, far])
}
