import { AppError } from '../errors.ts';
import aae from './aae.ts';
import arae from './arae.ts';
import betaVae from './beta-vae.ts';
import betaTcvae from './beta-tcvae.ts';
import dipVaeI from './dip-vae-i.ts';
import dipVaeIi from './dip-vae-ii.ts';
import hfvae from './hfvae.ts';
import hsicVae from './hsic-vae.ts';
import infoDropout from './info-dropout.ts';
import infovae from './infovae.ts';
import klConstrained from './kl-constrained.ts';
import mae from './mae.ts';
import mmdVae from './mmd-vae.ts';
import wordDropout from './word-dropout.ts';
import zRecon from './z-recon.ts';
import factorVae from './factor-vae.ts';
import cnnVae from './cnn-vae.ts';
import dcIgn from './dc-ign.ts';
import fader from './fader.ts';
import laggingAnneal from './lagging-anneal.ts';
import lagging from './lagging.ts';
import lstmLm from './lstm-lm.ts';
import neuralOutlines from './neural-outlines.ts';
import type { Method } from './method.ts';
import pixelganAe from './pixelgan-ae.ts';
import vaeAnneal from './vae-anneal.ts';
import saVae from './sa-vae.ts';
import svi from './svi.ts';
import vaeSviKl from './vae-svi-kl.ts';
import vaeSvi from './vae-svi.ts';
import vae from './vae.ts';
import vfae from './vfae.ts';
import vib from './vib.ts';
import vdb from './vdb.ts';
import wdLstm from './wd-lstm.ts';
import waeGan from './wae-gan.ts';
import waeMmd from './wae-mmd.ts';
import vmfVaeLearned from './vmf-vae-learned.ts';
import vmfVae from './vmf-vae.ts';

/** Every method, in the order of their cards: yardstick and baseline first. */
export const methods: readonly Method[] = [
  lstmLm,
  wdLstm,
  vae,
  vaeAnneal,
  betaVae,
  klConstrained,
  wordDropout,
  zRecon,
  lagging,
  laggingAnneal,
  saVae,
  svi,
  vaeSvi,
  vaeSviKl,
  mmdVae,
  infovae,
  mae,
  waeMmd,
  waeGan,
  vdb,
  aae,
  pixelganAe,
  arae,
  neuralOutlines,
  factorVae,
  vmfVae,
  vmfVaeLearned,
  infoDropout,
  cnnVae,
  vib,
  vfae,
  fader,
  dcIgn,
  betaTcvae,
  hfvae,
  dipVaeI,
  dipVaeIi,
  hsicVae,
];

const byId = new Map(methods.map((m) => [m.id, m]));

/** Throws `methods.unknown`. */
export function methodById(id: string): Method {
  const found = byId.get(id);
  if (!found) throw new AppError('methods.unknown', { id, known: [...byId.keys()] });
  return found;
}

export type { Measure } from './defined.ts';
export type { Method, MethodConfig, Family, Needs, FormulaSymbol } from './method.ts';
export type {
  Field,
  FieldGroup,
  Fields,
  NumberField,
  ChoiceField,
  RunField,
  OptionValue,
  OptionValues,
} from './field.ts';
export { fieldProblem, fieldText } from './field.ts';
export { sizes, type DataKind, type Size } from './sizes.ts';
