export interface Ids {
  /** A new id: letters and digits, unique without coordination, roughly ordered by time. */
  next(): string;
}
