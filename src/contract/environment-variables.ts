import { isSecretName, maskSecrets } from './secrets.ts';

/** Of these variables the values matter to a training: threads, devices, seeds of hashes, languages, libraries' own switches. */
const ownNames = new Set(
  (
    'LANG LANGUAGE TZ VIRTUAL_ENV CONDA_PREFIX CONDA_DEFAULT_ENV LD_PRELOAD LD_LIBRARY_PATH CUBLAS_WORKSPACE_CONFIG RANK LOCAL_RANK ' +
    'WORLD_SIZE LOCAL_WORLD_SIZE GROUP_RANK NODE_RANK MASTER_ADDR MASTER_PORT OPENBLAS_NUM_THREADS VECLIB_MAXIMUM_THREADS ' +
    'NUMEXPR_NUM_THREADS NUMEXPR_MAX_THREADS NUMBA_NUM_THREADS BLIS_NUM_THREADS POLARS_MAX_THREADS RAYON_NUM_THREADS LOKY_MAX_CPU_COUNT ' +
    'SOURCE_DATE_EPOCH MPLBACKEND'
  ).split(' '),
);
const families =
  /^(LC_|PYTHON|CUDA_|CUDNN_|NVIDIA_|NCCL_|GLOO_|HIP_|ROCR_|HSA_|OMP_|GOMP_|KMP_|MKL_|OPENBLAS_|TF_|XLA_|TPU_|KERAS_|TORCH|PYTORCH_|ACCELERATE_|FSDP_|DEEPSPEED_|JAX_|HF_|TRANSFORMERS_|TOKENIZERS_|DATASETS_|LIGHTGBM_|XGBOOST_|SKLEARN_|SCIPY_|NUMBA_|NPY_|ARROW_|DUCKDB_|RAY_|SLURM_(JOB_ID|PROCID|NTASKS|NNODES|CPUS_PER_TASK)$)/;
/** What says something about the session that started the run, and nothing about the run. */
const noise =
  /^(_|PWD|OLDPWD|SHLVL|TERM.*|COLORTERM|COLUMNS|LINES|LS_COLORS|PS1|PS2|PROMPT.*|HIST.*|SSH_.*|DBUS_.*|XDG_.*|DISPLAY|WAYLAND_.*|WINDOWID|VTE_.*|GPG_.*|LESS.*|PAGER|EDITOR|VISUAL|MAIL|LOGNAME|USERNAME|INVOCATION_ID|JOURNAL_STREAM|TRAINYARD_.*|VSCODE_.*|ELECTRON_.*|npm_.*|NVM_.*|GIT_.*|ZSH.*|FZF_.*)$/i;

const longestValue = 2_000;
const mostNames = 500;

export interface RecordedVariables {
  /** Values, with `***` for secrets. */
  variables: Record<string, string>;
  /** The names of all others but those of the session, in order. */
  otherVariables: string[];
}

/**
 * What is recorded of an environment: the values that matter to a training, and the names alone of everything else, because
 * anything may be in them. `TRAINYARD_RECORD_ENV` adds names, with commas between them, `*` at the end for all that begin so.
 */
export function recordVariables(environment: Readonly<Record<string, string | undefined>>): RecordedVariables {
  const asked = (environment.TRAINYARD_RECORD_ENV ?? '').split(',').map((name) => name.trim());
  const isAsked = (name: string) =>
    asked.some((ask) => (ask.endsWith('*') && ask !== '*' ? name.startsWith(ask.slice(0, -1)) : ask === name));
  const variables: [string, string][] = [];
  const otherVariables: string[] = [];
  for (const name of Object.keys(environment).sort()) {
    const matters = ownNames.has(name) || families.test(name) || isAsked(name);
    if (matters && !isSecretName(name)) {
      variables.push([name, maskSecrets(environment[name] ?? '').slice(0, longestValue)]);
    } else if (!noise.test(name)) otherVariables.push(name);
  }
  return { variables: Object.fromEntries(variables), otherVariables: otherVariables.slice(0, mostNames) };
}
