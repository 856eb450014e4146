export {
  anomalousRuns,
  metricsNotWatched,
  putAnomaly,
  putWatch,
  readAnomalies,
  readSeriesAnomaly,
  readWatch,
  removeSeriesAnomaly,
  removeWatch,
  removeWatches,
  runsWithAnomalies,
  type SeriesAnomaly,
} from './anomalies.ts';
export { artifactsWithHash, putArtifact, readArtifacts } from './artifacts.ts';
export { changeStamp } from './change-stamp.ts';
export {
  ascendingSteps,
  ascendingTimes,
  type Chunk,
  encodeFullRows,
  encodeTail,
  looseSeries,
  readBlocks,
  readChunks,
  readOutlines,
  readPoints,
  readWhole,
} from './chunks.ts';
export { ByteReader, ByteWriter, decodeColumn, encodeColumn } from './columns/index.ts';
export { damagedOps, everyArtifact, indexProblems, warningsAbout } from './damage.ts';
export type { Database } from './driver.ts';
export { knownNames, lastValues, nowRunning, type OutlineRow, outlineRuns } from './experiments.ts';
export { forgetUnreadable, putTrail, type RunFileRow, readFiles, readOrAddFile, updateFile } from './files.ts';
export { readImported } from './imported.ts';
export { newestByTarget } from './launches.ts';
export { indexFile } from './location.ts';
export {
  type MediaRow,
  putMedia,
  putPlugin,
  readMediaRow,
  readMediaTags,
  readPlugins,
} from './media.ts';
export { openStore, type Store } from './open-store.ts';
export {
  deletedRuns,
  forgetOps,
  isDeleted,
  latestOpTime,
  type OpRow,
  putOp,
  putOpsFile,
  readOps,
  readOpsFiles,
  runsWithOps,
} from './ops.ts';
export { putPackage, readPackages } from './packages.ts';
export { paramEquals, putParam, readParams } from './params.ts';
export type { Place } from './place.ts';
export { type PointColumns, roomFor } from './points.ts';
export { type Blocks, blockFields, blockPoints, blockSize, summarySize } from './pyramid.ts';
export { removeIndex } from './remove-index.ts';
export {
  addRun,
  countKept,
  countRuns,
  everyAsked,
  findRun,
  knownRuns,
  type RunRow,
  readSummaryRows,
  removeRun,
  runningRuns,
  type SummaryRow,
  summaryColumns,
  updateRun,
} from './runs.ts';
export { openStates, opsBytes, opsSince, othersVersion } from './seen.ts';
export {
  extendSeries,
  type KnownSeries,
  type MetricKey,
  putMetricId,
  readMetricIds,
  readMetrics,
  readSeries,
  seriesOf,
  wholeMicros,
} from './series.ts';
export { settledRuns } from './settled-runs.ts';
export { hasRoomToSpare, shrink } from './shrink.ts';
export { forgetPersonTags, putTag, readTags, tagRank } from './tags.ts';
export { putUsedFile, readUsedFiles, removeUsedFile } from './used-files.ts';
export { hasWarning, putWarning, readWarnings, removeFoundAgain, removeWarnings } from './warnings.ts';
