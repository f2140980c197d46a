import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { placesOf } from './places.mjs';
import { libraryStamp, tensorStep } from './tensor-step.mjs';
import { findTool } from './tools.mjs';

/** The program itself: what PATH holds may be a script that needs PATH. */
const realPython = (() => {
  const inPath = findTool(['python3', 'python'], process.env);
  return (
    inPath && execFileSync(inPath, ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }).trim()
  );
})();
const linux = process.platform === 'linux' && process.arch === 'x64';

/** @type {string} */
let root;
/** @type {string} */
let bin;
/** @type {string[]} */
let said;
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'tensor runtime '));
  bin = path.join(root, 'the bin');
  said = [];
  mkdirSync(bin);
  mkdirSync(path.join(root, 'node_modules/@tensorflow/tfjs-node-gpu/binding'), { recursive: true });
  writeFileSync(path.join(root, 'node_modules/@tensorflow/tfjs-node-gpu/package.json'), '{}');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** @returns {import('./set-up.mjs').Situation} */
const situation = () => ({
  places: placesOf(root),
  // The shell of the stand-ins is named by its full path; nothing of the machine's own tools is in PATH.
  env: { PATH: bin, HOME: root },
  say: (text) => said.push(text),
});

/** @param {string} name @param {string} script for a POSIX shell */
function tool(name, script) {
  writeFileSync(path.join(bin, name), `#!/bin/sh\n${script}\n`);
  chmodSync(path.join(bin, name), 0o755);
}

/** A wheel with the parts that are taken, made by the real Python. @param {string} file @param {string} [library] */
function wheel(file, library = 'libtensorflow_cc.so.2') {
  const script = `
import sys, zipfile
with zipfile.ZipFile(sys.argv[1], 'w') as z:
    for name in [sys.argv[2], 'libtensorflow_framework.so.2', 'include/tensorflow/c/c_api.h',
                 'include/tensorflow/core/platform/p.h', 'include/tsl/t.h', 'include/xla/tsl/x.h', 'python/big.py']:
        z.writestr('tensorflow/' + name, 'content of ' + name)
    z.writestr('tensorflow-2.21.0.dist-info/METADATA', '''Name: tensorflow
Requires-Dist: numpy>=1.26
Requires-Dist: nvidia-cublas-cu12<13.0,>=12.5.3.2; extra == "and-cuda"
Requires-Dist: nvidia-cudnn-cu12<10.0,>=9.3.0.75; extra == "and-cuda"
Requires-Dist: other; extra == "gcs-filesystem"
''')
`;
  execFileSync(realPython ?? 'python3', ['-c', script, file, library]);
}

/**
 * Python whose pip is a stand-in: it notes how it was called, and `download` puts a wheel where it is told.
 * Anything but pip goes to the real Python.
 * @param {string} [download] shell text; `$dest` is the folder asked for
 */
function python(download = 'cp "$ROOT/wheel" "$dest/tensorflow.whl"') {
  const cp = findTool(['cp'], process.env);
  const mkdir = findTool(['mkdir'], process.env);
  tool(
    'python3',
    `ROOT="${root}"
cp() { ${cp} "$@"; }
if [ "$2" != pip ]; then exec "${realPython}" "$@"; fi
shift 2
echo "$@" >> "$ROOT/pip-calls"
for word; do if [ "$previous" = --dest ]; then dest="$word"; fi; previous="$word"; done
case "$1" in
  --version) echo "pip 23.2.1" ;;
  download) ${mkdir} -p "$dest"; ${download} ;;
  install) echo installed ;;
esac`,
  );
}

/** A compiler that writes what the smoke test is to load. @param {string} text JavaScript or rubbish */
function compiler(text) {
  const cp = findTool(['cp'], process.env);
  writeFileSync(path.join(root, 'addon'), text);
  tool(
    'g++',
    `echo "$@" >> "${root}/compiler-calls"
for word; do if [ "$previous" = -o ]; then out="$word"; fi; previous="$word"; done
${cp} "${root}/addon" "$out"`,
  );
}

/** Runs the step, expecting it to give up. */
async function problem() {
  try {
    await tensorStep.make(situation());
  } catch (error) {
    return /** @type {import('./problem.mjs').Problem} */ (error);
  }
  throw new Error('the step did not give up');
}

/** What is left in the runtime folder apart from the log. */
const leftOver = () => {
  const runtime = path.join(root, '.runtime');
  return existsSync(runtime) ? readdirSync(runtime).filter((name) => name !== 'set-up.log') : [];
};

describe.runIf(linux && realPython)('on a machine that lacks something (Linux x64 with Python)', () => {
  test('no Python', async () => {
    compiler('');
    expect(await problem()).toMatchObject({ state: 'missing', reason: expect.stringContaining('Python 3') });
  });

  test('Python without pip', async () => {
    compiler('');
    tool('python3', 'echo "No module named pip" >&2; exit 1');
    expect(await problem()).toMatchObject({
      state: 'missing',
      reason: expect.stringContaining('pip is not'),
    });
  });

  test('no compiler, found out before 270 MB are fetched', async () => {
    python();
    expect(await problem()).toMatchObject({
      state: 'missing',
      reason: expect.stringContaining('C++ compiler'),
    });
    expect(readFileSync(path.join(root, 'pip-calls'), 'utf8')).toBe('--version\n');
  });

  test('a registry that refuses', async () => {
    compiler('');
    python('echo "ERROR: Could not find a version that satisfies the requirement" >&2; exit 1');
    expect(await problem()).toMatchObject({
      state: 'failed',
      reason:
        'The native library could not be fetched: ERROR: Could not find a version that satisfies the requirement.',
    });
  });

  test('a download that was cut off', async () => {
    compiler('');
    wheel(path.join(root, 'wheel'));
    const head = findTool(['head'], process.env);
    python(`${head} -c 300 "$ROOT/wheel" > "$dest/tensorflow.whl"`);
    expect((await problem()).reason).toBe('The fetched library is damaged: File is not a zip file.');
  });

  test('a download with a flipped bit', async () => {
    compiler('');
    wheel(path.join(root, 'wheel'));
    const bytes = readFileSync(path.join(root, 'wheel'));
    const at = bytes.indexOf('content of libtensorflow_cc');
    bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
    writeFileSync(path.join(root, 'wheel'), bytes);
    python();
    expect((await problem()).reason).toContain('Bad CRC-32');
  });

  test('a wheel without the library', async () => {
    compiler('');
    wheel(path.join(root, 'wheel'), 'libother.so');
    python();
    expect((await problem()).reason).toContain('holds no tensorflow/libtensorflow_cc.so.2');
  });

  test('a source that does not compile', async () => {
    wheel(path.join(root, 'wheel'));
    python();
    tool('g++', 'echo "a.cc:3:1: error: no member" >&2; echo "compilation terminated." >&2; exit 1');
    expect((await problem()).reason).toBe('The addon did not compile: a.cc:3:1: error: no member.');
  });

  test('our own ops that do not compile: the addon is linked without them, and that is said', async () => {
    wheel(path.join(root, 'wheel'));
    python();
    tool(
      'g++',
      `case "$*" in
  *avx512.cc*) echo "g++: error: unrecognized command-line option '-mavx512f'" >&2; exit 1 ;;
  *-shared*) echo "$@" >> "${root}/linked" ;;
esac`,
    );
    await problem();
    expect(said.join()).toContain('our own ops did not compile');
    const linked = readFileSync(path.join(root, 'linked'), 'utf8');
    expect(linked).toContain('tfjs_backend.o');
    expect(linked).not.toContain('register.o');
  });

  test('an addon that does not load', async () => {
    wheel(path.join(root, 'wheel'));
    python();
    compiler('not a library');
    expect((await problem()).reason).toMatch(/^The native library does not run here: Error: .*(ELF|short)/);
  });

  afterEach(() => expect(leftOver()).toEqual([]));
});

describe.runIf(linux && realPython)(
  'what was there stays when a new one cannot be made (Linux x64 with Python)',
  () => {
    test.each([
      ['no compiler', () => python()],
      [
        'an addon that does not load',
        () => {
          wheel(path.join(root, 'wheel'));
          python();
          compiler('not a library');
        },
      ],
    ])('%s', async (_, prepare) => {
      const { tensor, tensorPackage } = placesOf(root);
      const addon = path.join(tensorPackage, 'lib/napi-v8/tfjs_binding.node');
      mkdirSync(path.join(tensor, 'tensorflow'), { recursive: true });
      mkdirSync(path.dirname(addon), { recursive: true });
      writeFileSync(path.join(tensor, 'tensorflow', 'libtensorflow_cc.so.2'), 'good');
      writeFileSync(addon, 'good');
      prepare();
      await problem();
      expect(readFileSync(path.join(tensor, 'tensorflow', 'libtensorflow_cc.so.2'), 'utf8')).toBe('good');
      expect(readFileSync(addon, 'utf8')).toBe('good');
      expect(leftOver()).toEqual(['tensorflow']);
    });
  },
);

describe.runIf(linux && realPython)('what is fetched (Linux x64 with Python)', () => {
  const calls = () => readFileSync(path.join(root, 'pip-calls'), 'utf8').trim().split('\n').slice(1);

  beforeEach(() => {
    wheel(path.join(root, 'wheel'));
    python();
    compiler('not a library');
  });

  test('without a driver: the CPU library, its headers and nothing else of the wheel', async () => {
    await problem();
    expect(calls()).toHaveLength(1);
    expect(calls()[0]).toMatch(
      /^download --no-deps .*--platform manylinux_2_27_x86_64 .*tensorflow-cpu==2\.21\.0$/,
    );
    const compile = readFileSync(path.join(root, 'compiler-calls'), 'utf8');
    expect(compile).toContain(
      '-rpath -Xlinker $ORIGIN/tensorflow:$ORIGIN/../../../../../.runtime/tensorflow/tensorflow',
    );
  });

  test('with a driver that answers: the library for GPUs and the CUDA packages that it names', async () => {
    tool('nvidia-smi', 'echo "GPU 0: stand-in"');
    await problem();
    expect(calls()[0]).toMatch(/tensorflow==2\.21\.0$/);
    expect(calls()[1]).toMatch(
      /^install --target .* nvidia-cublas-cu12<13\.0,>=12\.5\.3\.2 nvidia-cudnn-cu12<10\.0,>=9\.3\.0\.75$/,
    );
    expect(calls()[1]).toContain('--no-deps');
  });

  test('with a tool but no driver: the CPU library', async () => {
    tool('nvidia-smi', 'echo "could not communicate with the driver"; exit 9');
    await problem();
    expect(calls()).toHaveLength(1);
    expect(calls()[0]).toMatch(/tensorflow-cpu==2\.21\.0$/);
  });

  test('a driver that comes later is a reason to do the step again', () => {
    const before = tensorStep.stamp(situation());
    tool('nvidia-smi', 'exit 0');
    expect(tensorStep.stamp(situation())).not.toBe(before);
  });
});

test("the package's own binary is used where its install script brought one", () => {
  const { tensorPackage } = placesOf(root);
  expect(tensorStep.found?.(situation())).toBeUndefined();
  mkdirSync(path.join(tensorPackage, 'deps', 'lib'), { recursive: true });
  mkdirSync(path.join(tensorPackage, 'lib', 'napi-v8'), { recursive: true });
  writeFileSync(path.join(tensorPackage, 'deps', 'lib', 'libtensorflow.so.2'), '');
  writeFileSync(path.join(tensorPackage, 'lib', 'napi-v8', 'tfjs_binding.node'), '');
  expect(tensorStep.found?.(situation())).toContain('package itself');
  expect(tensorStep.present(situation())).toBe(true);
});

test.runIf(linux && realPython)(
  'when only the addon has changed, it is compiled against the library that is there, which stays',
  async () => {
    const { tensor } = placesOf(root);
    python();
    compiler('not a library');
    mkdirSync(path.join(tensor, 'tensorflow'), { recursive: true });
    for (const name of ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'])
      writeFileSync(path.join(tensor, 'tensorflow', name), 'good');
    const library = libraryStamp(situation());
    writeFileSync(path.join(tensor, 'complete.json'), JSON.stringify({ stamp: 'older', library }));
    expect((await problem()).reason).toContain('does not run here');
    expect(readFileSync(path.join(root, 'pip-calls'), 'utf8')).toBe('--version\n');
    expect(readFileSync(path.join(root, 'compiler-calls'), 'utf8')).toContain('libtensorflow_cc.so.2');
    expect(readFileSync(path.join(tensor, 'tensorflow', 'libtensorflow_cc.so.2'), 'utf8')).toBe('good');
    expect(leftOver()).toEqual(['tensorflow']);
  },
);

test('after the packages were installed anew, the compiled addon is put back without fetching anything', async () => {
  const { tensor, tensorPackage } = placesOf(root);
  mkdirSync(path.join(tensor, 'tensorflow'), { recursive: true });
  for (const name of ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'])
    symlinkSync('/dev/null', path.join(tensor, 'tensorflow', name));
  writeFileSync(path.join(tensor, 'tfjs_binding.node'), 'compiled');
  const complete = { stamp: tensorStep.stamp(situation()), version: 'TensorFlow 2.21.0 (CPU)' };
  writeFileSync(path.join(tensor, 'complete.json'), JSON.stringify(complete));
  expect(tensorStep.present(situation())).toBe(false);
  expect(await tensorStep.make(situation())).toBe('TensorFlow 2.21.0 (CPU)');
  expect(readFileSync(path.join(tensorPackage, 'lib/napi-v8/tfjs_binding.node'), 'utf8')).toBe('compiled');
  expect(tensorStep.present(situation())).toBe(true);
  expect(said).toEqual([]);
});
