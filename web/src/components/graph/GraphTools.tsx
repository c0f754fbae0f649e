import { Background, Controls, MiniMap, Panel } from '@xyflow/react'
import type { ReactNode } from 'react'
import { FindStage, type Findable } from './FindStage'
import { useGraphTexts } from './texts'
import { useFar } from './useFar'
import classes from './GraphTools.module.css'

/** From how many cards on a graph has a map, and a field to find a card by its name. */
const [withMap, withSearch] = [30, 8]

const mapSize = { width: 160, height: 100 }

type Props = {
  /** The cards in the order they are drawn. */
  cards: readonly Findable[]
  /** Shows and selects a card. */
  goTo: (id: string) => void
  /** The tone of a card on the map, as a colour of CSS. */
  colour?: ((node: { data: Record<string, unknown> }) => string) | undefined
  /** Buttons beside the search. */
  children?: ReactNode
}

/** What lies over every graph: its dots, its zoom, its search, and a map of a large one. */
export function GraphTools({ cards, goTo, colour, children }: Props) {
  const g = useGraphTexts()
  useFar()
  return (
    <>
      <Background gap={20} size={1} className={classes.dots} />
      {cards.length > 4 && <Controls showInteractive={false} className={classes.controls} />}
      {(cards.length > withSearch || children) && (
        <Panel position="top-right" className={classes.panel}>
          {children}
          {cards.length > withSearch && <FindStage cards={cards} goTo={goTo} />}
        </Panel>
      )}
      {cards.length > withMap && (
        <MiniMap
          pannable
          zoomable
          ariaLabel={g('map')}
          className={classes.map}
          // The map is drawn in the size that is given here, whatever its class says.
          style={mapSize}
          nodeColor={colour ?? 'var(--idle-fill)'}
          nodeBorderRadius={14}
        />
      )}
    </>
  )
}
