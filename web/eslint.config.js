import hooks from 'eslint-plugin-react-hooks'
import ts from 'typescript-eslint'
import components from './eslint/components.js'

export default ts.config(
  { ignores: ['src/api/schema.gen.ts', 'dist'] },
  ...ts.configs.strict,
  ...ts.configs.stylistic,
  hooks.configs.flat['recommended-latest'] ?? hooks.configs.recommended,
  {
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-definitions': 'off',
      '@typescript-eslint/no-non-null-assertion': 'error',
      // Virtualised lists measure outside of React's view of things.
      'react-hooks/incompatible-library': 'off',
    },
  },
  {
    files: ['src/**/*.ts', 'src/**/*.tsx'],
    ignores: ['**/*.test.ts', '**/*.test.tsx'],
    rules: { 'max-lines-per-function': ['error', { max: 200, skipBlankLines: true, skipComments: true }] },
  },
  {
    files: ['src/**/*.tsx'],
    plugins: { components },
    rules: { 'components/one-a-file': ['error', { helper: 60 }] },
  },
  {
    // What is wrapped once, so that it is the same everywhere.
    files: ['src/**/*.tsx'],
    ignores: ['src/components/IconButton.tsx', 'src/components/Dialog.tsx'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: [
            {
              name: '@mantine/core',
              importNames: ['ActionIcon', 'CloseButton'],
              message: 'Use components/IconButton, which has a name and a tooltip.',
            },
            {
              name: '@mantine/core',
              importNames: ['Modal'],
              message: 'Use components/Dialog, which takes care of the focus.',
            },
          ],
        },
      ],
    },
  },
)
