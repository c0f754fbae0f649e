/** A word as a shell takes it. */
export function quoted(word: string): string {
  return /^[\w.:/@%+=-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}

function manifest(account: string, server: string, token: string): string {
  // Without TLS an agent connects only where it is told to.
  const plain = server.startsWith('http:') ? ' --plaintext' : ''
  return `gennaker agent manifest ${quoted(account)} --token-file ${token} \\\n    --server ${quoted(server)}${plain} --image IMAGE | kubectl apply -f -`
}

/** What installs an account's agent, with a token that is made for it on the way. */
export function installCommand(account: string, server: string): string {
  return `gennaker agent token ${quoted(account)} | ${manifest(account, server, '-')}`
}

/** What installs it with a token that was made before and is in a file. */
export function manifestCommand(account: string, server: string): string {
  return manifest(account, server, quoted(`${account}-token`))
}
