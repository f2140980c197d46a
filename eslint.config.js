import prettier from 'eslint-config-prettier';
import vue from 'eslint-plugin-vue';
import tseslint from 'typescript-eslint';
import rooms from './scripts/lint/rooms.mjs';

const shownAttributes = [
  'title',
  'label',
  'placeholder',
  'alt',
  'description',
  'aria-label',
  'aria-description',
];

export default tseslint.config(
  { ignores: ['node_modules/**', 'dist/**', '.runtime/**', '.cache/**', 'release/**'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  ...tseslint.configs.strict,
  ...tseslint.configs.stylistic,
  ...vue.configs['flat/recommended'],
  {
    files: ['**/*.vue'],
    languageOptions: { parserOptions: { parser: tseslint.parser } },
    rules: {
      // Every visible word stands in a catalogue, so that a second language reaches all of them.
      'vue/no-bare-strings-in-template': ['error', { attributes: { '/.+/': shownAttributes } }],
      'vue/block-order': ['error', { order: ['script', 'template', 'style'] }],
      'vue/multi-word-component-names': 'off',
      // Types say which properties may be left out; a second default beside them would say it twice.
      'vue/require-default-prop': 'off',
    },
  },
  {
    plugins: { workbench: { rules: { rooms } } },
    rules: {
      'workbench/rooms': 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'error',
      'no-restricted-syntax': [
        'error',
        { selector: "CallExpression[callee.name='eval']", message: 'Nothing is evaluated from text.' },
      ],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports' }],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      // Both spellings of a shape are clear; which one reads better depends on the place.
      '@typescript-eslint/consistent-type-definitions': 'off',
      // Loops over typed arrays index within bounds they have just computed; the type checker asks each time.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-empty-function': 'off',
    },
  },
  {
    // The loader's require is how it speaks to a CommonJS package and a native addon.
    files: ['workers/tensor/**'],
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
  {
    // These talk to a terminal: their output is their purpose.
    files: ['scripts/**', 'bench/**', 'main/cli.ts', 'main/serve.ts', 'main/cli/**', 'tests/**'],
    rules: { 'no-console': 'off' },
  },
  prettier,
);
