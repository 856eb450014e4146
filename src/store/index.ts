export { putArtifact, readArtifacts } from './artifacts.ts';
export { damagedOps, everyArtifact, indexProblems, warningsAbout } from './damage.ts';
export type { Database } from './driver.ts';
export { countExperiments, lastValues, newestOfExperiment, nowRunning } from './experiments.ts';
export { type RunFileRow, readFiles, readOrAddFile, updateFile } from './files.ts';
export { newestByTarget } from './launches.ts';
export { openStore, removeIndex, type Store } from './open-store.ts';
export {
  deletedRuns,
  forgetOps,
  latestOpTime,
  type OpRow,
  putOp,
  putOpsFile,
  readOps,
  readOpsFiles,
  runsWithOps,
} from './ops.ts';
export { putPackage, readPackages } from './packages.ts';
export { putParam, readParams } from './params.ts';
export type { Place } from './place.ts';
export type { PointColumns } from './points.ts';
export {
  addRun,
  countRuns,
  findRun,
  knownRuns,
  type RunRow,
  removeRun,
  runningRuns,
  type SummaryRow,
  shrink,
  summaryColumns,
  updateRun,
} from './runs.ts';
export {
  extendSeries,
  type MetricKey,
  putMetricId,
  readMetricIds,
  readMetrics,
  readSeries,
  sumUpMetric,
  wholeMicros,
} from './series.ts';
export { forgetPersonTags, putTag, readTags, tagRank } from './tags.ts';
export { putWarning, readWarnings, removeWarnings } from './warnings.ts';
