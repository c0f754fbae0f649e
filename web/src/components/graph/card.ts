/** The size of every card, in pixels: what is drawn, and what the layout leaves room for. */
export const card = { width: 216, height: 60 }
