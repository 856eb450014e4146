export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** Where a part of the product says what it does. Structured values go in `details`, never into the sentence. */
export type Log = (level: LogLevel, event: string, details?: Record<string, unknown>) => void;
