/** How far away a graph is seen from: its cards show less then, in larger letters. */
export type Far = 'near' | 'far' | 'farthest'

/** From which zoom on down a card's second line, and then all but its name, is too small to be read. */
const [small, tiny] = [0.55, 0.28]

export function farOf(zoom: number): Far {
  return zoom < tiny ? 'farthest' : zoom < small ? 'far' : 'near'
}
