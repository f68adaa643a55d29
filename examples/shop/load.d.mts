export interface UploadResult {
  readonly status: number | null;
  /** The version that answered. */
  readonly web: string | null;
  /** Taken whole, byte for byte. */
  readonly ok: boolean;
  readonly bytes: number;
  readonly ms: number;
  readonly error?: string;
}

export interface LoadResult {
  readonly sent: number;
  readonly failed: number;
  /** Answers by the version of web. */
  readonly byWeb: Readonly<Record<string, number>>;
  /** Answers by `<version of web>/<version of api>`; `mismatched` counts those of different versions. */
  readonly pairs: Readonly<Record<string, number>> & { readonly mismatched: number };
  /** The first few failures in words. */
  readonly failures: readonly string[];
  readonly upload: UploadResult | null;
}

export interface RunningLoad {
  readonly warm: Promise<void>;
  answered(version: string, count: number): Promise<void>;
  finish(): Promise<LoadResult>;
}

export declare const startLoad: (options: { readonly url: string; readonly rate?: number; readonly upload?: boolean }) => RunningLoad;
