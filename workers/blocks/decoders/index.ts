import type { Decoder } from '../../../contract/blocks.ts';
import type { BlockContext, BlockMap, DecoderBlock } from '../block.ts';
import { awdLstm } from './awd-lstm.ts';
import { cnn } from './cnn.ts';
import { lstm } from './lstm.ts';

export const decoders: BlockMap<Decoder, DecoderBlock, BlockContext> = {
  awdLstm,
  cnn,
  lstm,
};
