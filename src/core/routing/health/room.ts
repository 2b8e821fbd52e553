/** Places for what may go on at one time, and no more. */
export class Room {
  #left: number;

  constructor(places: number) {
    this.#left = places;
  }

  /** False when there is none left. */
  take(): boolean {
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }

  give(): void {
    this.#left += 1;
  }
}
