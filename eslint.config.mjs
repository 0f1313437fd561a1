import tseslint from 'typescript-eslint';

/**
 * Who may know whom. Imports go downwards only; the folders on the right are out of reach for the folder on the left.
 * See docs/architecture.md for the picture.
 */
const ROOMS = [
  'checklist',
  'storage-migration',
  'operator',
  'forge-src',
  'remote-server',
  'ui',
  'local-site',
  'connect-modules',
  'test',
  'bench',
];
const MAY_IMPORT = {
  checklist: [],
  'storage-migration': [],
  operator: ['storage-migration'],
  'forge-src': ['storage-migration', 'checklist'],
  'remote-server': ['storage-migration', 'checklist'],
  ui: ['checklist'],
  'connect-modules': ['ui', 'checklist'],
  'local-site': [],
};
const PACKAGE_OF = {
  'storage-migration': 'crossgrade',
  operator: 'crossgrade-operator',
  'local-site': 'crossgrade-local-site',
};

const arrows = Object.entries(MAY_IMPORT).map(([room, allowed]) => {
  const closed = ROOMS.filter((other) => other !== room && !allowed.includes(other));
  const group = closed.flatMap((other) => [
    `**/${other}/**`,
    ...(PACKAGE_OF[other] ? [PACKAGE_OF[other], `${PACKAGE_OF[other]}/**`] : []),
  ]);
  const patterns = [{ group, message: `${room} may not know this room (docs/architecture.md).` }];
  if (room !== 'remote-server') {
    patterns.push({
      group: ['atlassian-connect-express', 'atlassian-connect-express/**'],
      message: 'Only remote-server/connect/ace.ts knows atlassian-connect-express.',
    });
  }
  if (room === 'storage-migration') {
    patterns.push({
      group: ['express', '@forge/**'],
      message: 'The layer knows no web framework.',
    });
  }
  return {
    files: [`${room}/**/*.{ts,tsx}`],
    // Tests may reach for shared test support and for the parts their room is wired to.
    ignores: [`${room}/**/*.test.{ts,tsx}`, `${room}/**/testing/**`],
    rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns }] },
  };
});

export default tseslint.config(
  {
    ignores: [
      'node_modules/**',
      'src/**',
      'dist/**',
      '.local/**',
      'coverage/**',
      '**/*.{js,cjs,mjs}',
    ],
  },
  ...tseslint.configs.strictTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/consistent-type-definitions': ['error', 'interface'],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
    },
  },
  {
    files: ['**/*.test.{ts,tsx}', 'test/**/*.ts'],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off' },
  },
  ...arrows,
);
