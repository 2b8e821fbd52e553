import type { DialectId } from '../../core/ir/dialect-id.ts';
import { refusal } from '../simulator-refusal.ts';

/** Reads nothing: a provider of this dialect has no chat. */
export const noChat = (dialect: DialectId) => (): never => {
  throw refusal(dialect, { status: 404, message: 'Not Found' });
};
