/** Dockerode's error: the engine's own words are in `json`. */
interface EngineError extends Error {
  readonly statusCode?: number;
  readonly json?: { readonly message?: string } | string | null;
}

export const statusOf = (cause: unknown): number | undefined => (cause as EngineError).statusCode;

/** The engine's words without dockerode's frame around them. */
export const wordsOf = (cause: unknown): string => {
  const { json, message } = cause as EngineError;
  return (typeof json === 'object' ? json?.message : undefined) ?? message ?? String(cause);
};

/** Takes these answers for success: what was asked for is so already. */
export const unless = async <T>(call: Promise<T>, ...statuses: readonly number[]): Promise<T | null> => {
  try {
    return await call;
  } catch (cause) {
    if (statuses.includes(statusOf(cause) ?? 0)) return null;
    throw cause;
  }
};
