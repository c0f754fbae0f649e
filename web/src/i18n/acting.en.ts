// Warnings about what this server doesn't act on yet, in English.
export default {
  triggers: 'Not supported yet; saved for later. This trigger doesn’t start runs.',
  notifications: 'Not supported yet; saved for later. This notification isn’t sent.',
  roles: 'Not enforced yet (no log-in). Everyone has access.',
  settings: 'Not supported yet; saved for later.',
  idle: 'Trigger not supported yet',
  idleSeveral: '{n} triggers not supported yet',
  idleHelp: 'Saved for later; these triggers don’t start runs yet: {types}',
}
