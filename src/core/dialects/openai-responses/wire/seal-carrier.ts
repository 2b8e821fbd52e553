import { type Seal, unwrapSeal, wrapSeal } from '../../../ir/index.ts';
import { arrayAt, type JsonObject, stringAt } from '../../../json/json.ts';
import { own } from './own.ts';

/**
 * Text and tool calls have no place for a seal on this wire (Gemini signs both). It travels in a reasoning item of its own with an empty
 * summary, before the item it belongs to (`next`), or behind it (`last`) when a stream told it late.
 */
export type CarriedSide = 'next' | 'last';

export interface CarriedSeal {
  readonly side: CarriedSide;
  readonly seal: Seal;
}

export const writeCarriedSeal = ({ side, seal }: CarriedSeal): string =>
  wrapSeal({ dialect: seal.dialect, value: `${side}:${seal.value}` }, own);

/** The seal a client sent back in a reasoning item that only carries one; undefined for any other item. */
export const readCarriedSeal = (item: JsonObject): CarriedSeal | undefined => {
  const sealed = stringAt(item, 'encrypted_content');
  if (item['type'] !== 'reasoning' || sealed === undefined || arrayAt(item, 'summary').length > 0) return undefined;
  const { dialect, value } = unwrapSeal(sealed, own);
  if (dialect === own) return undefined;
  const side = value.slice(0, 4);
  if ((side !== 'next' && side !== 'last') || value[4] !== ':') return undefined;
  return { side, seal: { dialect, value: value.slice(5) } };
};
