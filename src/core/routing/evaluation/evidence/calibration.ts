/** Predictions of one range beside what came. */
export interface CalibrationBin {
  readonly from: number;
  readonly to: number;
  readonly count: number;
  readonly predicted: number;
  readonly actual: number;
}

export interface Calibration {
  /** Expected calibration error: how far predictions and outcomes lie apart, on average over all predictions. In units of the score. */
  readonly ece: number;
  readonly bins: readonly CalibrationBin[];
}

/** Ten ranges of equal width between the least and the greatest prediction that scores can have: 0 to 1, or wider where values go beyond. */
export const calibrationOf = (
  pairs: readonly { readonly predicted: number; readonly actual: number }[],
  binCount = 10,
): Calibration => {
  const known = pairs.filter(({ predicted, actual }) => Number.isFinite(predicted) && Number.isFinite(actual));
  const values = known.map(({ predicted }) => predicted);
  const from = values.reduce((least, value) => Math.min(least, value), 0);
  const to = values.reduce((most, value) => Math.max(most, value), 1);
  const width = (to - from) / binCount;
  const bins = Array.from({ length: binCount }, (_, bin) => ({
    from: from + bin * width,
    to: from + (bin + 1) * width,
    count: 0,
    predicted: 0,
    actual: 0,
  }));
  for (const { predicted, actual } of known) {
    const bin = bins[Math.min(binCount - 1, Math.floor((predicted - from) / width))];
    if (bin === undefined) continue;
    bin.count += 1;
    bin.predicted += predicted;
    bin.actual += actual;
  }
  const apart = bins.reduce((sum, bin) => sum + Math.abs(bin.predicted - bin.actual), 0);
  const means = bins.filter(({ count }) => count > 0).map(meanBin);
  return { ece: known.length === 0 ? 0 : apart / known.length, bins: means };
};

const meanBin = (bin: CalibrationBin): CalibrationBin => ({
  ...bin,
  predicted: bin.predicted / bin.count,
  actual: bin.actual / bin.count,
});
