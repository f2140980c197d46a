import path from 'node:path';
import { dataSetFiles } from '../../contract/datasets.ts';
import type { DataSet, Device, Run, Settings } from '../../contract/entities.ts';
import { beginningOf } from '../../contract/methods/beginning.ts';
import { methodOf, withLaterOptions } from '../../contract/methods/own.ts';
import { webgpuVariables, type TrainJob } from '../../contract/worker.ts';
import { adapterOf } from '../devices/describe.ts';
import type { Home } from '../home/home.ts';

export interface JobParts {
  run: Pick<Run, 'id' | 'methodId' | 'options' | 'seed'>;
  dataSet: DataSet;
  device: Device;
  settings: Settings;
  home: Home;
  /** Cores of the machine. */
  cores: number;
  /** Continue from the last save. */
  resume: boolean;
}

/** Everything the worker of a run needs to know, from what was fixed when the run was queued. */
export function jobOf({ run, dataSet, device, settings, home, cores, resume }: JobParts): TrainJob {
  const folder = home.dataSet(dataSet.id);
  const beginning = beginningOf(methodOf(run).fields, run.options);
  return {
    runId: run.id,
    runFolder: home.run(run.id),
    dataSetFolder: folder,
    methodId: run.methodId,
    options: withLaterOptions(run),
    ...(beginning && {
      beginsWith: { runId: beginning.runId, runFolder: home.run(beginning.runId) },
    }),
    seed: run.seed,
    backend: device.backend,
    threads: threadsOf(device, cores),
    evaluatorModel: path.join(folder, dataSetFiles.evaluator),
    evaluatorTitle: evaluatorTitle(dataSet),
    resume,
    collapse: { kl: settings.collapseKl, steps: settings.collapseSteps },
  };
}

export const evaluatorTitle = (dataSet: DataSet) => `Evaluator of ${dataSet.name}`;

/** Slots of a processor share its cores; a run on a card needs few. */
function threadsOf(device: Device, cores: number): number {
  const share = Math.max(1, Math.floor(cores / device.slots));
  return device.backend === 'cuda' || device.backend === 'webgpu' ? Math.min(4, share) : share;
}

/**
 * What must stand in the environment before the tensor library loads. TensorFlow takes every card it sees, so a run
 * sees the one it was given, and none on the processor.
 */
export function environmentOf(
  device: Pick<Device, 'backend' | 'id'>,
  threads: number,
): Record<string, string> {
  return {
    CUDA_VISIBLE_DEVICES: device.backend === 'cuda' ? device.id : '-1',
    ...(device.backend === 'webgpu' && { [webgpuVariables.adapter]: adapterOf(device.id) }),
    // Two runs may share a card: each takes what it needs, not all there is.
    TF_FORCE_GPU_ALLOW_GROWTH: 'true',
    TF_NUM_INTRAOP_THREADS: String(threads),
    TF_NUM_INTEROP_THREADS: '1',
    OMP_NUM_THREADS: String(threads),
    TF_CPP_MIN_LOG_LEVEL: '2',
  };
}
