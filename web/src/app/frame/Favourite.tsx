import { IconStar, IconStarFilled } from '@tabler/icons-react'
import { IconButton } from '@/components/IconButton'
import { useT } from '@/i18n'
import { toggleFavourite, useFavourites } from '@/lib/favourites'

/** Makes an application one of the favourites. */
export function Favourite({ app }: { app: string }) {
  const t = useT()
  const liked = useFavourites().includes(app)
  const label = t(liked ? 'home.unlike' : 'home.like', { name: app })
  return (
    <IconButton
      size="sm"
      color={liked ? 'yellow' : 'gray'}
      aria-pressed={liked}
      label={label}
      onClick={() => {
        toggleFavourite(app)
      }}
    >
      {liked ? <IconStarFilled size={15} /> : <IconStar size={15} />}
    </IconButton>
  )
}
