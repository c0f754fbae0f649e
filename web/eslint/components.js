// Keeps components findable: a file exports one, named as the file, and what helps it
// inside of the file is small.

const isName = (name) => /^[A-Z]/.test(name) && !/^[A-Z0-9_]+$/.test(name)

const isFunction = (node) => ['ArrowFunctionExpression', 'FunctionExpression'].includes(node?.type)

/** What memo and the like are given, or the value itself. */
const unwrapped = (node) =>
  node?.type === 'CallExpression' && node.callee.type === 'Identifier' && node.callee.name === 'memo'
    ? node.arguments[0]
    : node

/** The components that a statement at the top of a file declares. */
function declared(statement) {
  const node = statement.declaration ?? statement
  if (node.type === 'FunctionDeclaration' || node.type === 'ClassDeclaration')
    return node.id && isName(node.id.name) ? [{ name: node.id.name, node }] : []
  if (node.type !== 'VariableDeclaration') return []
  return node.declarations.flatMap(({ id, init }) =>
    id.type === 'Identifier' && isName(id.name) && isFunction(unwrapped(init))
      ? [{ name: id.name, node: init }]
      : [],
  )
}

const lines = (node) => node.loc.end.line - node.loc.start.line + 1

export default {
  rules: {
    'one-a-file': {
      meta: {
        type: 'suggestion',
        schema: [
          { type: 'object', properties: { helper: { type: 'integer' } }, additionalProperties: false },
        ],
        messages: {
          second: '{{name}} is the second component that this file exports. Move it to a file of its own.',
          large: '{{name}} has {{lines}} lines; a helper has at most {{most}}. Move it to a file of its own.',
        },
      },
      create(context) {
        const most = context.options[0]?.helper ?? 60
        return {
          Program(program) {
            const all = program.body.flatMap((statement) =>
              declared(statement).map((component) => ({
                ...component,
                exported: statement.type.startsWith('Export'),
              })),
            )
            const [, ...others] = all.filter((c) => c.exported)
            for (const { name, node } of others) context.report({ node, messageId: 'second', data: { name } })
            if (all.every((c) => !c.exported)) return
            for (const { name, node, exported } of all)
              if (!exported && lines(node) > most)
                context.report({ node, messageId: 'large', data: { name, lines: lines(node), most } })
          },
        }
      },
    },
  },
}
