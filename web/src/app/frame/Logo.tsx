/** The sail. */
export function Logo({ size = 24 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden>
      <rect width="32" height="32" rx="8" fill="#5b5bd6" />
      <path d="M15 5.500c7 4 10.500 10 10 17.500-3-1.500-6.500-2-10-1.700z" fill="#fff" />
      <path
        d="M13 9.500c-1 4.700-3.200 8.700-6.500 12.300 2.100-.4 4.300-.5 6.500-.4z"
        fill="#fff"
        fillOpacity=".65"
      />
      <path d="M6 24.500h20" stroke="#fff" strokeWidth="2" strokeLinecap="round" />
    </svg>
  )
}
