import { AppError } from '../../contract/errors.ts';
import { tf } from './native.ts';
import { programsOf } from './programs.ts';
import { streamKey } from './random.ts';
import type { Runtime, Variable } from './runtime.ts';
import type { StepContext } from './step.ts';
import type { Engine, EngineOptions, Parameter, ParameterSpec, Tensor } from './types.ts';

const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** Values of a fresh parameter: a function of the run seed and its name, so the order of creation does not matter. */
function initialValue({ name, shape, init }: ParameterSpec, seed: number, runtime: Runtime): Tensor {
  const key = streamKey(seed, `init/${name}`);
  switch (init.kind) {
    case 'constant':
      return tf.fill([...shape], init.value);
    case 'uniform':
      return tf.mul(tf.sub(tf.mul(runtime.uniform(key, runtime.counter(0), shape), 2), 1), init.bound);
    case 'normal':
      return tf.mul(runtime.normal(key, runtime.counter(0), shape), init.sd);
  }
}

/** Parameters, optimizer slots and programs of one run on one backend. */
export function createEngine(runtime: Runtime, options: EngineOptions): Engine {
  const parameters: Parameter[] = [];
  const variables = new Map<string, Variable>();
  const slots = new Map<string, Variable>();

  const use = (): void => {
    // Several engines may live in one process (tests compare backends). A backend that is up switches at once.
    if (tf.getBackend() !== runtime.name) void tf.setBackend(runtime.name);
  };

  const context: StepContext = {
    runtime,
    seed: options.seed,
    variable: (parameter) => {
      const variable = variables.get(parameter.name);
      if (!variable) throw new Error(`parameter ${parameter.name} belongs to another engine`);
      return variable;
    },
    slot: (optimizer, slot, parameter, shape) => {
      const name = `${optimizer}/${slot}/${parameter.name}`;
      let variable = slots.get(name);
      if (!variable) {
        variable = runtime.variable(shape, () => tf.zeros([...shape]));
        slots.set(name, variable);
      }
      return variable;
    },
  };

  const copied = (data: Float32Array, shape: readonly number[]): Tensor => tf.tensor(data, [...shape]);
  const clear = (variable: Variable): void =>
    tf.tidy(() => {
      variable.assign(tf.zeros([...variable.shape]));
    });

  const programs = programsOf(context, use, options.capture ?? true);

  return {
    backend: options.backend,
    description: runtime.description,
    parameters,

    parameter(spec) {
      if (variables.has(spec.name)) throw new Error(`there is already a parameter ${spec.name}`);
      use();
      const parameter: Parameter = { ...spec, size: sizeOf(spec.shape) };
      variables.set(
        spec.name,
        runtime.variable(spec.shape, () => initialValue(spec, options.seed, runtime)),
      );
      parameters.push(parameter);
      return parameter;
    },

    program: (spec) => programs.create(spec),
    get captures() {
      return programs.captures();
    },

    snapshot() {
      use();
      const values = new Map<string, { shape: readonly number[]; data: Float32Array }>();
      for (const [name, variable] of [...variables, ...slots]) {
        const tensor = variable.read();
        values.set(name, { shape: variable.shape, data: Float32Array.from(tensor.dataSync()) });
        tensor.dispose();
      }
      return values;
    },

    restore(values) {
      use();
      const mismatch = (reason: string): AppError => new AppError('worker.resume-mismatch', { reason });
      for (const { name, shape } of parameters) {
        const value = values.get(name);
        if (!value) throw mismatch(`it lacks the parameter ${name}`);
        if (value.shape.join() !== shape.join()) {
          throw mismatch(`${name} is [${value.shape.join()}] there and [${shape.join()}] here`);
        }
      }
      for (const name of values.keys()) {
        if (!variables.has(name.slice(name.lastIndexOf('/') + 1))) {
          throw mismatch(`it has ${name}, which is of no parameter`);
        }
      }
      for (const [name, variable] of slots) if (!values.has(name)) clear(variable);
      for (const [name, { shape, data }] of values) {
        const known = variables.get(name) ?? slots.get(name);
        if (known)
          tf.tidy(() => {
            known.assign(copied(data, shape));
          });
        else
          slots.set(
            name,
            runtime.variable(shape, () => copied(data, shape)),
          );
      }
    },

    set(parameter, data) {
      use();
      tf.tidy(() => {
        context.variable(parameter).assign(copied(data, parameter.shape));
      });
    },

    resetOptimizer(name) {
      use();
      // Not thrown away: captured graphs hold them.
      for (const [key, variable] of slots) {
        if (name === undefined || key.startsWith(`${name}/`)) clear(variable);
      }
    },

    memory() {
      const held = [...variables.values(), ...slots.values()];
      const { numTensors, numBytes } = tf.memory();
      return {
        tensors: numTensors,
        bytes: numBytes + held.reduce((sum, variable) => sum + variable.uncountedBytes, 0),
      };
    },

    dispose() {
      use();
      programs.dispose();
      for (const variable of [...variables.values(), ...slots.values()]) variable.dispose();
      variables.clear();
      slots.clear();
      parameters.length = 0;
    },
  };
}
