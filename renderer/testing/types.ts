export type {
  DataSet,
  Device,
  LanguageModel,
  Notice,
  Point,
  Probe,
  Run,
  SampleSet,
  Settings,
  Study,
} from '../../contract/entities.ts';
export type { Sample } from '../../contract/rpc.ts';
