import path from 'node:path';

/**
 * Which room may import which, and which package may be named where. The table is the architecture of
 * docs/architecture.md; the rule below only reads it.
 * @type {Record<string, string[]>}
 */
export const rooms = {
  contract: [],
  db: ['contract'],
  main: ['contract', 'db'],
  renderer: ['contract'],
  workers: ['contract'],
  // A speed measurement has to reach the very function it measures.
  bench: ['contract', 'main', 'workers'],
  // Tests of the whole app hold several rooms against each other.
  tests: ['contract', 'db', 'main', 'renderer', 'workers', 'scripts', 'bench'],
  scripts: ['contract'],
};

/** `in` is a path prefix from the project root; a name ending in `/*` stands for a whole scope. */
export const packages = [
  { name: 'electron', in: ['main/electron/'] },
  { name: '@tensorflow/*', in: ['workers/tensor/'] },
  { name: 'webgpu', in: ['workers/gpu/'] },
  { name: '@orpc/client', in: ['renderer/client.ts'] },
  { name: 'better-sqlite3', in: ['db/'] },
];

/**
 * Rooms that name few packages, and whether they may name parts of Node.
 * @type {Record<string, { packages: string[], node: boolean }>}
 */
export const pureRooms = {
  'contract/': { packages: ['zod', '@orpc/contract'], node: false },
  'scripts/setup/': { packages: [], node: true },
};

const isTest = (/** @type {string} */ file) => /\.test\.(ts|mjs)$/.test(file);

/** @param {string} specifier */
export function packageOf(specifier) {
  const parts = specifier.split('/');
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? '');
}

/**
 * Says why `file` may not import `specifier`, or undefined where it may.
 * @param {string} file path from the project root, with forward slashes
 * @param {string} specifier as it stands in the import
 * @returns {string | undefined}
 */
export function refusal(file, specifier) {
  if (specifier.startsWith('.')) return refusedRoom(file, specifier);
  if (specifier.startsWith('node:')) return refusedNode(file);
  return refusedPackage(file, packageOf(specifier), specifier);
}

/** @param {string} file @param {string} specifier */
function refusedRoom(file, specifier) {
  const target = path.posix.normalize(path.posix.join(path.posix.dirname(file), specifier));
  const [from = '', to = ''] = [file.split('/')[0], target.split('/')[0]];
  const allowed = rooms[from];
  if (!allowed || from === to || !(to in rooms)) return undefined;
  const pure = Object.keys(pureRooms).find((room) => file.startsWith(room));
  if (pure && !isTest(file)) return `${pure} is pure and imports no other room`;
  if (allowed.includes(to)) return undefined;
  return `${from} does not import ${to}: ${from} may use ${['its own files', ...allowed].join(', ')}`;
}

/** @param {string} file */
function refusedNode(file) {
  const pure = Object.entries(pureRooms).find(([room]) => file.startsWith(room));
  return pure && !pure[1].node && !isTest(file) ? `${pure[0]} is pure and names no part of Node` : undefined;
}

/** @param {string} file @param {string} name @param {string} specifier */
function refusedPackage(file, name, specifier) {
  // A test may speak to the outside with any tool; Electron and the tensor library stay in their rooms even so.
  const fixed = ['electron', '@tensorflow/*'];
  for (const rule of packages) {
    const hit = rule.name.endsWith('/*') ? name.startsWith(rule.name.slice(0, -1)) : name === rule.name;
    if (!hit || rule.in.some((place) => file.startsWith(place))) continue;
    if (isTest(file) && !fixed.includes(rule.name)) continue;
    return `${specifier} is named only in ${rule.in.join(', ')}`;
  }
  const pure = Object.entries(pureRooms).find(([room]) => file.startsWith(room));
  if (pure && !pure[1].packages.includes(name) && !isTest(file))
    return `${pure[0]} imports only ${pure[1].packages.join(', ') || 'what Node brings'}`;
  return undefined;
}

/** @type {import('eslint').Rule.RuleModule} */
export default {
  meta: { type: 'problem', schema: [], messages: { refused: '{{reason}}.' } },
  create(context) {
    const file = path.relative(context.cwd, context.filename).split(path.sep).join('/');
    /** @param {any} node the syntax node that holds the specifier */
    const check = (node) => {
      const source = node.source ?? node.argument?.literal;
      if (typeof source?.value !== 'string') return;
      const reason = refusal(file, source.value);
      if (reason) context.report({ node, messageId: 'refused', data: { reason } });
    };
    return {
      ImportDeclaration: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
      ImportExpression: check,
      TSImportType: (/** @type {any} */ node) =>
        check({ ...node, source: node.source ?? node.argument?.literal }),
    };
  },
};
